import { rename, rm, stat, utimes } from 'node:fs/promises';
import { partialSuffix } from './partials.ts';
import type { Place } from './place.ts';

/**
 * A file that belongs to no repository, under a name of its own. With `modifiedAt` it comes from a file that was
 * changed then, and has the same time itself: another one may have its name and its length.
 */
export function createPlainPlace(path: string, bytes: number | undefined, modifiedAt?: Date): Place {
  const partial = path + partialSuffix;
  const isFilled = async () => {
    const facts = await stat(path).catch(() => undefined);
    const isOfThen = modifiedAt === undefined || facts?.mtime.getTime() === modifiedAt.getTime();
    return facts?.isFile() === true && facts.size === bytes && isOfThen;
  };
  return {
    path,
    partial,
    lock: `${path}.manifold-lock`,
    isFilled,
    adopt: isFilled,
    async settle() {
      if (modifiedAt !== undefined) await utimes(partial, modifiedAt, modifiedAt);
      await rename(partial, path);
      await rm(`${partial}.json`, { force: true });
    },
  };
}
