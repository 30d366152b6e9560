import { chmodSync, mkdirSync, type Stats, statSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { ManifoldError } from '../errors.ts';

/** Where keys and the lock live when the configuration names no place. */
export function defaultStateDir(env: NodeJS.ProcessEnv): string {
  const xdg = env['XDG_STATE_HOME'];
  // The XDG specification says that a relative path is invalid and to be ignored.
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(env['HOME'] || homedir(), '.local', 'state');
  return join(base, 'manifold');
}

/** Whether all accounts share a directory, as they do /tmp. It is then marked: nobody may remove what is another's. */
export function isSharedByAll({ mode }: Pick<Stats, 'mode'>): boolean {
  const sticky = 0o1000;
  return (mode & sticky) !== 0;
}

/**
 * Makes the directory, readable by its owner only, and returns its path. One that is another's, as a volume may be, stays
 * as it is: what is put into it is readable by this account only in any case. One that all share is refused: closing it
 * would shut them out, and left open others could put files in the way.
 */
export function openStateDir(stateDir: string | undefined, env: NodeJS.ProcessEnv): string {
  const path = stateDir ?? defaultStateDir(env);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const found = statSync(path);
    if (isSharedByAll(found)) throw unusable(path, 'all accounts share it');
    if (found.uid === process.getuid?.()) chmodSync(path, 0o700);
  } catch (cause) {
    if (cause instanceof ManifoldError) throw cause;
    throw unusable(path, (cause as NodeJS.ErrnoException).code ?? 'unknown', cause);
  }
  return path;
}

function unusable(path: string, why: string, cause?: unknown): ManifoldError {
  return new ManifoldError(
    'configuration_invalid',
    `The state directory ${path} cannot be made or used (${why}); choose another with --state-dir or MANIFOLD_STATE_DIR.`,
    { cause },
  );
}
