import { readdir, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { isLocked } from '../download/download-lock.ts';
import type { CachedRepository } from './cached-repository.ts';

/** The end of the name of a file that is being downloaded. The hub's own tools have another, and write otherwise. */
export const partialSuffix = '.manifold-part';

/** Held by whoever makes the contents of this name grow. */
export function lockOf({ folder }: CachedRepository, key: string): string {
  return join(dirname(folder), '.locks', basename(folder), `${key}.manifold-lock`);
}

/** Removes downloads of a repository that were begun and not ended, but for those that a process works at. */
export async function discardPartials(repository: CachedRepository): Promise<{ files: number; bytes: number }> {
  const names = await readdir(repository.blob('')).catch(() => []);
  const removed = { files: 0, bytes: 0 };
  for (const name of names.filter((each) => each.endsWith(partialSuffix))) {
    if (await isLocked(lockOf(repository, name.slice(0, -partialSuffix.length)))) continue;
    const place = repository.blob(name);
    const { size } = await stat(place);
    await Promise.all([place, `${place}.json`].map((file) => rm(file, { force: true })));
    removed.files++;
    removed.bytes += size;
  }
  return removed;
}
