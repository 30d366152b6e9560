import { linkSync, rmSync } from 'node:fs';
import { resolve } from 'node:path';
import { Command } from 'commander';
import { ManifoldError } from '../errors.ts';
import { bringToDisk } from '../lib/bring-to-disk.ts';
import { keptStateDir } from './kept-state.ts';
import { addStateOptions, type StateFlags } from './state-options.ts';
import { openStateStore } from './state-store.ts';
import { tellLeftUsage } from './tell-left-usage.ts';
import { say, type Terminal } from './terminal.ts';

const help = `
Keys and usage, as of now, in one file that is readable by you only. A server may go on running.

Examples:
  manifold backup /backups/manifold-$(date +%F).db
`;

/** `manifold backup`: a whole copy of what a state directory keeps. */
export function backupCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('backup'))
    .argument('<file>', 'where to write it; must not exist yet')
    .description('write keys and usage into a file, also while a server runs')
    .addHelpText('after', help)
    .action(async (name: string, flags: StateFlags) => {
      const file = resolve(terminal.cwd, name);
      const draft = `${file}.${process.pid}.partial`;
      const stateDir = keptStateDir(flags, terminal);
      const store = await openStateStore(stateDir);
      try {
        await store.copyTo(draft).catch((cause: unknown) => {
          throw new ManifoldError('configuration_invalid', `The file ${file} cannot be written: ${saidBy(cause)}.`, {
            cause,
          });
        });
        await bringToDisk(draft);
        publish(draft, file);
      } finally {
        rmSync(draft, { force: true });
        await store.close();
      }
      say(terminal.stderr, `Written: ${file}`);
      tellLeftUsage(stateDir, terminal);
    });
}

/** What SQLite or the file system said. */
function saidBy(failure: unknown): string {
  const said = failure instanceof ManifoldError ? failure.cause : failure;
  return said instanceof Error ? said.message : String(said);
}

/** The name is there with the whole file or not at all, and takes no other file's place. */
function publish(draft: string, file: string): void {
  try {
    linkSync(draft, file);
  } catch (cause) {
    const isTaken = (cause as NodeJS.ErrnoException).code === 'EEXIST';
    const fix = isTaken ? 'is there already; choose another name' : 'cannot be made; choose another place';
    throw new ManifoldError('configuration_invalid', `The file ${file} ${fix}.`, { cause });
  }
}
