import type { Config } from '../../config/config.ts';
import { defaultStateDir } from '../../config/state-dir.ts';
import { buildDirectory, isFinished } from './build-directory.ts';
import { findOnPath } from './find-on-path.ts';

/**
 * llama.cpp's server: the one configured, else the one that `manifold engine build` made, which is the release that
 * this one is tested with, else that of the `PATH`. Undefined where there is none.
 */
export function llamaServerProgram(
  { llamaServer, stateDir }: Pick<Config, 'llamaServer' | 'stateDir'>,
  env: NodeJS.ProcessEnv,
): string | undefined {
  if (llamaServer !== undefined) return llamaServer;
  const built = buildDirectory(stateDir ?? defaultStateDir(env));
  return isFinished(built) ? built.server : findOnPath(['llama-server'], env['PATH'] ?? '');
}
