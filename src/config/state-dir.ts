import { chmodSync, mkdirSync, statSync } from 'node:fs';
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

/**
 * Makes the directory, readable by its owner only, and returns its path. One that is another's, as a volume may be, stays
 * as it is: what is put into it is readable by this account only in any case.
 */
export function openStateDir(stateDir: string | undefined, env: NodeJS.ProcessEnv): string {
  const path = stateDir ?? defaultStateDir(env);
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    if (statSync(path).uid === process.getuid?.()) chmodSync(path, 0o700);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new ManifoldError(
      'configuration_invalid',
      `The state directory ${path} cannot be made or used (${code}); choose another with --state-dir or MANIFOLD_STATE_DIR.`,
      { cause },
    );
  }
  return path;
}
