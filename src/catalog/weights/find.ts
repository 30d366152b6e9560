import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ManifoldError } from '../../errors.ts';
import { createCachedRepository } from './cache/cached-repository.ts';
import { filesBelow, type FoundFile } from './cache/files-below.ts';
import { chooseFiles, isAccessory, modelsAmong, type ModelFiles } from './choose-files.ts';
import { formatHubReference, type HubReference } from './reference.ts';

/** A model whose weights are on this machine, all of them. */
export interface LocalWeights {
  /** What finds it: `hf:org/name:Q4_K_M`, or the path of the file when it is of no repository. */
  readonly reference: string;
  readonly repository: string | undefined;
  readonly quantization: string | undefined;
  /** The file that an engine opens; of a split one, the first part. */
  readonly path: string;
  /** All of its files. */
  readonly files: readonly string[];
  readonly bytes: number;
}

/** The model of a repository that is in the cache; undefined when none that fits is there whole. */
export async function findInHubCache(
  cacheDir: string,
  { repository, revision, ...wanted }: Omit<HubReference, 'kind'>,
): Promise<LocalWeights | undefined> {
  const cached = createCachedRepository(cacheDir, repository);
  for (const commit of await cached.commits(revision)) {
    const chosen = fitting(await cached.files(commit), wanted, repository);
    if (chosen !== undefined) return localOf(chosen, cached.snapshot(commit), repository, wanted.file);
  }
  return undefined;
}

/** Every model in the cache, that of the newest commit where several have it. */
export async function listHubCache(cacheDir: string): Promise<LocalWeights[]> {
  const folders = await readdir(cacheDir).catch(() => []);
  const repositories = folders.flatMap((name) => {
    const [kind, organisation, ...rest] = name.split('--');
    return kind === 'models' && organisation && rest.length === 1 ? [`${organisation}/${rest[0]}`] : [];
  });
  const lists = await Promise.all(repositories.toSorted().map((name) => listRepository(cacheDir, name)));
  return lists.flat();
}

/** Every model below a folder. */
export async function listFolder(folder: string): Promise<LocalWeights[]> {
  return modelsAmong(await filesBelow(folder)).map((model) => localOf(model, folder));
}

async function listRepository(cacheDir: string, repository: string): Promise<LocalWeights[]> {
  const cached = createCachedRepository(cacheDir, repository);
  const found = new Map<string, LocalWeights>();
  for (const commit of await cached.commits()) {
    const models = modelsAmong(await cached.files(commit));
    for (const model of models) {
      // Who asks for a quantisation means a model.
      const meant = models.filter((each) => each.quantization === model.quantization && !isAddition(each));
      const isMeant = meant.length === 1 && meant[0] === model && model.quantization !== undefined;
      const file = isMeant ? undefined : model.files[0]?.path;
      const local = localOf(model, cached.snapshot(commit), repository, file);
      if (!found.has(local.reference)) found.set(local.reference, local);
    }
  }
  return [...found.values()];
}

function isAddition({ files: [first] }: ModelFiles<FoundFile>): boolean {
  return first !== undefined && isAccessory(first.path);
}

function fitting(
  files: readonly FoundFile[],
  wanted: Pick<HubReference, 'quantization' | 'file'>,
  repository: string,
): ModelFiles<FoundFile> | undefined {
  try {
    return chooseFiles(files, wanted, repository);
  } catch (failure) {
    if (failure instanceof ManifoldError && failure.code === 'weights_not_found') return undefined;
    throw failure;
  }
}

function localOf(
  { quantization, files }: ModelFiles<FoundFile>,
  folder: string,
  repository?: string,
  file?: string,
): LocalWeights {
  const paths = files.map(({ path }) => join(folder, path));
  const path = paths[0] ?? folder;
  return {
    reference: repository === undefined ? path : formatHubReference({ repository, quantization, file }),
    repository,
    quantization,
    path,
    files: paths,
    bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
