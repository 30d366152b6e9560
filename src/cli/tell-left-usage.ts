import { stateDirHolder } from '../config/state-lock.ts';
import { bytesLeft } from '../ledger/journal-folder.ts';
import { say, type Terminal } from './terminal.ts';

/** Says so where a server was killed and its last records are not in the database yet. */
export function tellLeftUsage(stateDir: string, { stderr }: Pick<Terminal, 'stderr'>): void {
  if (stateDirHolder(stateDir) !== undefined || bytesLeft(stateDir) === 0) return;
  say(stderr, 'The last server did not stop in order: what it used at the end is added when a server starts here.');
}
