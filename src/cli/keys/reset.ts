import { Command } from 'commander';
import { setKeyFileAside } from '../../access/key-file.ts';
import { stateDirHolder } from '../../config/state-lock.ts';
import { addStateOptions, stateDirFromFlags } from '../state-options.ts';
import { say, type Terminal } from '../terminal.ts';
import { type KeyFlags, withKeys } from './with-keys.ts';

export function resetCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('reset'))
    .option('--json', 'as JSON')
    .description('make a key that may do everything and print it once; all others stop working')
    .action(async (flags: KeyFlags) => {
      const stateDir = stateDirFromFlags(flags, terminal);
      // Its keys would be revoked anyway, and it may be what cannot be read.
      await setKeyFileAside(stateDir);
      const { key, plain } = await withKeys(flags, terminal, (keys) => keys.reset());
      if (flags.json) return say(terminal.stdout, JSON.stringify({ ...key, key: plain }, null, 2));
      say(terminal.stdout, plain);
      const holder = stateDirHolder(stateDir);
      const server = holder === undefined ? '' : ` The server at ${holder.url} takes it within a second.`;
      say(terminal.stderr, `This is the only time the key is shown; the keys before it no longer work.${server}`);
    });
}
