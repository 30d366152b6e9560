import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Config } from '../../config/config.ts';
import { defaultStateDir } from '../../config/state-dir.ts';
import { buildDirectory, isFinished } from './build-directory.ts';

/**
 * Where the llama.cpp libraries to load are: the directory configured, else what `manifold engine build` made for this
 * processor, which is faster than the packaged libraries; undefined means those.
 */
export function libraryDirectory(
  { libDir, stateDir }: Pick<Config, 'libDir' | 'stateDir'>,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (libDir !== undefined) return libDir;
  const built = buildDirectory(stateDir ?? defaultStateDir(env));
  const directory = dirname(built.server);
  return isFinished(built) && existsSync(join(directory, 'libllama.so')) ? directory : undefined;
}
