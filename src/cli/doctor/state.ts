import { accessSync, constants, lstatSync, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { defaultStateDir, isSharedByAll } from '../../config/state-dir.ts';
import { stateDirHolder } from '../../config/state-lock.ts';
import type { Finding, Patient } from './finding.ts';

/** Whether the state directory can be written, and who holds it. Makes nothing. */
export function checkState({ config, env }: Patient): Finding[] {
  // A slash at the end would lead on from a link.
  const path = resolve(config.stateDir ?? defaultStateDir(env));
  const nearest = nearestExisting(path);
  const problem = problemOf(nearest, nearest === path);
  if (problem !== undefined) {
    const advice = 'Choose another with --state-dir or MANIFOLD_STATE_DIR.';
    return [{ check: 'state', status: 'fail', found: `${nearest} ${problem}`, advice }];
  }
  const holder = stateDirHolder(path);
  const use = holder === undefined ? 'free' : `in use by manifold (pid ${holder.pid}, ${holder.url})`;
  return [
    { check: 'state', status: 'ok', found: `${path} ${nearest === path ? 'is writable' : 'will be made'}, ${use}` },
  ];
}

/** Why no server could keep its state there, or below it where it is not the place itself. */
function problemOf(nearest: string, isThePlace: boolean): string | undefined {
  try {
    const found = statSync(nearest);
    if (!found.isDirectory()) return 'is no directory';
    if (isThePlace && isSharedByAll(found)) return 'is shared by all accounts';
    accessSync(nearest, constants.W_OK | constants.X_OK);
    return undefined;
  } catch (cause) {
    return (cause as NodeJS.ErrnoException).code === 'ENOENT' ? 'is a link to nothing' : 'is not writable';
  }
}

function nearestExisting(path: string): string {
  return isThere(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

/** A link to nothing is there: no directory can be made in its place. */
function isThere(path: string): boolean {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false;
  }
}
