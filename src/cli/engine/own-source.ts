import { existsSync, realpathSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CommandFailed } from '../exit-codes.ts';

/** The absolute path of a llama.cpp tree that the person brings; refused when it is no such tree. */
export function ownSource(path: string, cwd: string): string {
  const source = resolve(cwd, path);
  for (const part of ['CMakeLists.txt', join('tools', 'server', 'CMakeLists.txt')]) {
    if (!existsSync(join(source, part)))
      throw new CommandFailed(`${source} has no ${part}; --source takes the root of a llama.cpp source tree.`);
  }
  return realpathSync(source);
}
