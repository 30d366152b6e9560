import { Command } from 'commander';
import { addStateOptions } from '../state-options.ts';
import { say, type Terminal } from '../terminal.ts';
import { type KeyFlags, withKeys } from './with-keys.ts';

export function revokeCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('revoke').argument('<id>', 'as `keys list` shows it'))
    .option('--json', 'as JSON')
    .description('end a key for good')
    .action(async (id: string, flags: KeyFlags) => {
      const key = await withKeys(flags, terminal, (keys) => keys.revoke({}, id));
      if (flags.json) return say(terminal.stdout, JSON.stringify(key, null, 2));
      say(terminal.stdout, `${key.id} is revoked.`);
    });
}
