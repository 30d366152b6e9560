import { readdir } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { ManifoldError } from '../../errors.ts';
import { modelsAmong } from './choose-files.ts';
import { createPlainPlace } from './cache/plain-place.ts';
import { createFileSource } from './origin/file-source.ts';
import type { ByteSource } from './origin/origin.ts';
import type { Web } from './origin/web.ts';
import { createWebSource } from './origin/web-source.ts';
import { planFile, sumsOf, type PullPlan } from './plan.ts';
import { quantizationOf } from './quantization.ts';
import { decoded, shown } from './reference.ts';

/** The file behind a URL, or all parts of a split one, below `filesDir` in folders by host and path. */
export function planUrl(url: URL, web: Web, filesDir: string, signal: AbortSignal): Promise<PullPlan> {
  // As it is written: what is decoded here would be decoded again where it is used.
  const parts = partsOf(url.pathname).map((pathname) => {
    const part = new URL(url);
    part.pathname = pathname;
    const path = decoded(pathname).slice(1);
    const source = createWebSource({ web, url: part, asked: { place: url.origin, path, hasToken: false } });
    return { source, place: placeOfUrl(part, filesDir) };
  });
  return planPlain(shown(url), url.origin, parts, signal);
}

/** Where the file behind a URL lies once it was pulled. */
export function placeOfUrl(url: URL, filesDir: string): string {
  return join(filesDir, url.host.replaceAll(':', '_'), ...decoded(url.pathname).slice(1).split('/'));
}

/** A file on this machine, with all parts of a split one, as a copy in `filesDir`. */
export async function planPath(path: string, filesDir: string, signal: AbortSignal): Promise<PullPlan> {
  const there = (await readdir(dirname(path)).catch(() => [])).map((name) => ({ path: name }));
  const model = modelsAmong(there).find(({ files }) => files.some((file) => file.path === basename(path)));
  if (model === undefined)
    throw new ManifoldError(
      'weights_not_found',
      there.some((file) => file.path === basename(path))
        ? `${path} is no GGUF file, or one of several parts that are not all there.`
        : `There is no file ${path} that can be read.`,
      {
        param: 'model',
      },
    );
  const parts = model.files.map(({ path: name }) => ({
    source: createFileSource(join(dirname(path), name)),
    place: join(filesDir, 'local', name),
  }));
  return planPlain(path, dirname(path), parts, signal);
}

async function planPlain(
  reference: string,
  from: string,
  parts: readonly { readonly source: ByteSource; readonly place: string }[],
  signal: AbortSignal,
): Promise<PullPlan> {
  const files = await Promise.all(
    parts.map(({ source, place }) =>
      planFile(
        { name: basename(place), source, place: (bytes, modifiedAt) => createPlainPlace(place, bytes, modifiedAt) },
        signal,
      ),
    ),
  );
  const path = files[0]?.place.path ?? '';
  return {
    reference,
    from,
    quantization: quantizationOf(path),
    files,
    ...sumsOf(files),
    path,
    finish: () => Promise.resolve(),
  };
}

/** The names of all parts of a split file, whichever of them is named. */
function partsOf(path: string): string[] {
  const [, stem, of] = /^(.+)-\d{5}-of-(\d{5})\.gguf$/i.exec(path) ?? [];
  if (stem === undefined || of === undefined || Number(of) > 1000) return [path];
  return Array.from({ length: Number(of) }, (_, at) => `${stem}-${String(at + 1).padStart(5, '0')}-of-${of}.gguf`);
}
