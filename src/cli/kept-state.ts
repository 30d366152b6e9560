import { existsSync } from 'node:fs';
import { CommandFailed } from './exit-codes.ts';
import { type StateFlags, stateDirNamed } from './state-options.ts';
import { databaseFile } from './state-store.ts';
import type { Terminal } from './terminal.ts';

/** The state directory of a command that reads what is kept there. Where nothing is, it says so and makes nothing. */
export function keptStateDir(flags: StateFlags, terminal: Terminal): string {
  const stateDir = stateDirNamed(flags, terminal);
  if (existsSync(databaseFile(stateDir))) return stateDir;
  throw new CommandFailed(
    `Nothing is kept in ${stateDir}: no server has run on it. Name another with --state-dir or MANIFOLD_STATE_DIR.`,
  );
}
