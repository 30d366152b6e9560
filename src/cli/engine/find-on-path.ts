import { accessSync, constants, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** The first program of one of these names: a path as it is, a name in the directories of `PATH`. */
export function findOnPath(names: readonly string[], path: string): string | undefined {
  const directories = path.split(delimiter).filter(Boolean);
  return names
    .flatMap((name) => (name.includes('/') ? [name] : directories.map((directory) => join(directory, name))))
    .find(isExecutable);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
