import { defaultStateDir } from '../config/state-dir.ts';
import { stateDirHolder } from '../config/state-lock.ts';

/** Where to look for a server: `MANIFOLD_URL`, else the one that holds the state directory, else port 8000. */
export function defaultUrl(env: NodeJS.ProcessEnv): string {
  const holder = stateDirHolder(env['MANIFOLD_STATE_DIR'] || defaultStateDir(env));
  return env['MANIFOLD_URL'] || holder?.url || 'http://127.0.0.1:8000';
}
