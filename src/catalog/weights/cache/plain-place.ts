import { rename, rm, stat } from 'node:fs/promises';
import { partialSuffix } from './partials.ts';
import type { Place } from './place.ts';

/** A file that belongs to no repository, under a name of its own. */
export function createPlainPlace(path: string, bytes: number | undefined): Place {
  const partial = path + partialSuffix;
  const isFilled = async () => {
    const facts = await stat(path).catch(() => undefined);
    return facts?.isFile() === true && facts.size === bytes;
  };
  return {
    path,
    partial,
    lock: `${path}.manifold-lock`,
    isFilled,
    adopt: isFilled,
    async settle() {
      await rename(partial, path);
      await rm(`${partial}.json`, { force: true });
    },
  };
}
