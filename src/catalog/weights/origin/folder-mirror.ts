import { existsSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ManifoldError } from '../../../errors.ts';
import { createCachedRepository } from '../cache/cached-repository.ts';
import { filesBelow } from '../cache/files-below.ts';
import { checksumsFile, inventedCommit, parseChecksums } from './checksums.ts';
import { createFileSource } from './file-source.ts';
import type { ListedFile, Listing } from '../listing.ts';
import type { Origin } from './origin.ts';

/**
 * A folder with a folder for each repository: `org/name/` with its files and SHA256SUMS, if they are to be checked, or
 * `models--org--name/`, the cache of another machine.
 */
export function createFolderMirror(folder: string): Origin {
  const plain = (repository: string) => join(folder, ...repository.split('/'));
  const cached = (repository: string) => createCachedRepository(folder, repository);
  return {
    name: folder,
    async list(repository, revision) {
      const listing = (await plainListing(plain(repository))) ?? (await cachedListing(cached(repository), revision));
      if (listing !== undefined) return listing;
      throw new ManifoldError('weights_not_found', `The mirror ${folder} has no ${repository}.`, { param: 'model' });
    },
    source(repository, commit, path) {
      const file = join(plain(repository), path);
      return createFileSource(existsSync(file) ? file : join(cached(repository).snapshot(commit), path));
    },
  };
}

async function plainListing(folder: string): Promise<Listing | undefined> {
  const there = await filesBelow(folder);
  if (there.length === 0) return undefined;
  const sums = await readFile(join(folder, checksumsFile), 'utf8').then(parseChecksums, () => []);
  const digests = new Map(sums.map(({ path, digest }) => [path, digest]));
  const files = there.map(({ path, bytes }): ListedFile => ({ path, bytes, digest: digests.get(path) }));
  return { commit: inventedCommit(files), files };
}

async function cachedListing(
  repository: ReturnType<typeof createCachedRepository>,
  revision: string,
): Promise<Listing | undefined> {
  const commit = (await repository.commits(revision))[0];
  if (commit === undefined) return undefined;
  const there = await repository.files(commit);
  const files = there.map(async ({ path, bytes }): Promise<ListedFile> => {
    const blob = basename(await realpath(join(repository.snapshot(commit), path)));
    const isNamedByHash = /^[\da-f]{64}$/.test(blob);
    return { path, bytes, digest: isNamedByHash ? { algorithm: 'sha256', hex: blob } : undefined };
  });
  return { commit, files: await Promise.all(files) };
}
