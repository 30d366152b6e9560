import { accessSync, constants, existsSync } from 'node:fs';
import { dirname } from 'node:path';
import { defaultStateDir } from '../../config/state-dir.ts';
import { stateDirHolder } from '../../config/state-lock.ts';
import type { Finding, Patient } from './finding.ts';

/** Whether the state directory can be written, and who holds it. Makes nothing. */
export function checkState({ config, env }: Patient): Finding[] {
  const path = config.stateDir ?? defaultStateDir(env);
  const nearest = nearestExisting(path);
  try {
    accessSync(nearest, constants.W_OK | constants.X_OK);
  } catch {
    const advice = 'Choose another with --state-dir or MANIFOLD_STATE_DIR.';
    return [{ check: 'state', status: 'fail', found: `${nearest} is not writable`, advice }];
  }
  const holder = stateDirHolder(path);
  const use = holder === undefined ? 'free' : `in use by manifold (pid ${holder.pid}, ${holder.url})`;
  return [
    { check: 'state', status: 'ok', found: `${path} ${nearest === path ? 'is writable' : 'will be made'}, ${use}` },
  ];
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}
