import { Command } from 'commander';
import { addStateOptions } from '../state-options.ts';
import type { Terminal } from '../terminal.ts';
import { showKey } from './show-key.ts';
import { type KeyFlags, withKeys } from './with-keys.ts';

export function showCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('show').argument('<id>', 'as `keys list` shows it'))
    .option('--json', 'as JSON')
    .description('show what a key may do')
    .action(async (id: string, flags: KeyFlags) => {
      showKey(await withKeys(flags, terminal, (keys) => keys.get({}, id)), flags, terminal);
    });
}
