import { createHash } from 'node:crypto';
import { rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { ListedFile } from '../listing.ts';
import type { CachedRepository } from './cached-repository.ts';
import { lockOf, partialSuffix } from './partials.ts';
import type { Place } from './place.ts';

/** A file of a commit in the hub's cache. */
export function createHubPlace(repository: CachedRepository, commit: string, file: ListedFile): Place {
  const { path, bytes, digest } = file;
  const whole = join(repository.snapshot(commit), path);
  const known = digest?.hex;
  const key = known ?? `of-${createHash('sha1').update(`${commit}/${path}`).digest('hex')}`;
  const partial = repository.blob(key + partialSuffix);
  const isFilled = async (place: string) => {
    const facts = await stat(place).catch(() => undefined);
    return facts?.isFile() === true && (bytes === undefined || facts.size === bytes);
  };
  const isLinked = () => isFilled(whole);
  const hasBlob = async () => known !== undefined && isFilled(repository.blob(known));
  return {
    path: whole,
    partial,
    lock: lockOf(repository, key),
    isFilled: async () => (await isLinked()) || hasBlob(),
    async adopt() {
      if (await isLinked()) return true;
      if (known === undefined || !(await hasBlob())) return false;
      await repository.link(commit, path, known);
      return true;
    },
    async settle(sha256) {
      const name = known ?? sha256;
      await rename(partial, repository.blob(name));
      await rm(`${partial}.json`, { force: true });
      await repository.link(commit, path, name);
    },
  };
}
