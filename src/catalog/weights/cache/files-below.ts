import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';

export interface FoundFile {
  /** Relative to the folder, with slashes. */
  readonly path: string;
  readonly bytes: number;
}

/** The files below a folder; links count as what they lead to, and those that lead nowhere not at all. */
export async function filesBelow(folder: string): Promise<FoundFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const found = await Promise.all(
    entries
      .filter((entry) => !entry.isDirectory())
      .map(async (entry): Promise<FoundFile[]> => {
        const whole = join(entry.parentPath, entry.name);
        const facts = await stat(whole).catch(() => undefined);
        if (facts === undefined || !facts.isFile()) return [];
        return [{ path: whole.slice(folder.length + 1).replaceAll('\\', '/'), bytes: facts.size }];
      }),
  );
  return found.flat().toSorted((a, b) => (a.path < b.path ? -1 : 1));
}
