import { ManifoldError } from '../../errors.ts';
import { isQuantization, preferredQuantizations, quantizationOf } from './quantization.ts';

/** Which of a repository's files are wanted. */
interface Wanted {
  readonly quantization?: string | undefined;
  /** Of a split file, any part. */
  readonly file?: string | undefined;
}

/** A model in one file, or in all parts of a split one, in order. */
export interface ModelFiles<File> {
  readonly quantization: string | undefined;
  readonly files: readonly File[];
}

const partForm = /^(?<stem>.+)-(?<part>\d{5})-of-(?<of>\d{5})\.gguf$/i;

/**
 * The files of the one model that is wanted. `where` is what the listing is of, for the error: `weights_not_found` names
 * what there is, `invalid_value` the files between which the quantisation does not decide.
 */
export function chooseFiles<File extends { readonly path: string }>(
  listed: readonly File[],
  wanted: Wanted,
  where: string,
): ModelFiles<File> {
  const models = modelsAmong(listed);
  if (wanted.file !== undefined) {
    const named = models.find(({ files }) => files.some(({ path }) => path === wanted.file));
    if (named === undefined) throw notFound(`${where} has no file ${wanted.file}`, models);
    return named;
  }
  const candidates = models.filter(({ files }) => !isAccessory(files[0]?.path ?? ''));
  const fitting = bestOf(candidates, wanted.quantization);
  const [first, second] = fitting;
  if (first === undefined) {
    const asked = wanted.quantization === undefined ? 'GGUF file' : `GGUF file of ${wanted.quantization}`;
    throw notFound(`${where} has no ${asked}`, candidates);
  }
  if (second !== undefined) throw ambiguous(where, fitting);
  return first;
}

/** Every whole model among the files; a split one with a part missing is none. */
export function modelsAmong<File extends { readonly path: string }>(listed: readonly File[]): ModelFiles<File>[] {
  const groups = new Map<string, { of: number; parts: Map<number, File> }>();
  for (const file of listed.filter(({ path }) => /\.gguf$/i.test(path))) {
    const { stem, part = '1', of = '1' } = partForm.exec(file.path)?.groups ?? {};
    const key = stem === undefined ? file.path : `${stem}-of-${of}`;
    const group = groups.get(key) ?? { of: Number(of), parts: new Map<number, File>() };
    groups.set(key, group);
    group.parts.set(Number(part), file);
  }
  return [...groups.values()].flatMap(({ of, parts }) => {
    const files = Array.from({ length: Math.min(of, parts.size) }, (_, at) => parts.get(at + 1));
    if (files.length !== of || !files.every((file) => file !== undefined)) return [];
    return [{ quantization: quantizationOf(files[0]?.path ?? ''), files }];
  });
}

/** Those of the quantisation asked for, exactly named ones first; without one, of the most preferred there is. */
function bestOf<Model extends { readonly quantization: string | undefined }>(
  models: readonly Model[],
  asked: string | undefined,
): Model[] {
  if (asked !== undefined) {
    const exact = models.filter(({ quantization }) => quantization === asked.toUpperCase());
    return exact.length > 0 ? exact : models.filter(({ quantization = '' }) => isQuantization(quantization, asked));
  }
  const most = Math.min(...models.map(rankOf));
  return models.filter((model) => rankOf(model) === most);
}

function rankOf({ quantization = '' }: { readonly quantization: string | undefined }): number {
  const rank = preferredQuantizations.indexOf(quantization);
  return rank === -1 ? preferredQuantizations.length : rank;
}

/** Files that belong to a model and are none: eyes, measurements for quantising, adapters. `path` is that in the repository. */
export function isAccessory(path: string): boolean {
  return /mmproj|imatrix|(?:^|[-._/])lora(?:[-._/]|$)/i.test(path);
}

function notFound(what: string, models: readonly ModelFiles<{ readonly path: string }>[]): ManifoldError {
  const there = [...new Set(models.map(({ quantization, files }) => quantization ?? files[0]?.path ?? ''))];
  const choice = there.length === 0 ? 'It has no whole model as GGUF.' : `There are: ${there.slice(0, 30).join(', ')}.`;
  return new ManifoldError('weights_not_found', `${what}. ${choice}`, { param: 'model' });
}

function ambiguous(where: string, models: readonly ModelFiles<{ readonly path: string }>[]): ManifoldError {
  const names = models.slice(0, 10).map(({ files }) => files[0]?.path ?? '');
  const example = names[0] ?? '';
  return new ManifoldError(
    'invalid_value',
    `${where} has several models that fit: ${names.join(', ')}. Name the file in place of the quantisation: \`:${example}\`.`,
    { param: 'model' },
  );
}
