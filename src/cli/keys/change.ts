import { Command, Option } from 'commander';
import { changeKeyRequest } from '../../api/key.ts';
import { validate } from '../../server/requests/validate.ts';
import { addStateOptions } from '../state-options.ts';
import type { Terminal } from '../terminal.ts';
import { addSettingOptions, type SettingFlags, settingsFromFlags } from './key-options.ts';
import { showKey } from './show-key.ts';
import { type KeyFlags, withKeys } from './with-keys.ts';

interface Flags extends KeyFlags, SettingFlags {
  readonly pause?: boolean;
  readonly resume?: boolean;
}

const help = `
What is named is replaced whole: with one --limit the key has that limit and no other, and the same holds for labels,
scopes, models and endpoints.

Examples:
  manifold keys change key_0a1b2c3d4e5f --model 'meta/*' --model family:qwen
  manifold keys change key_0a1b2c3d4e5f --pause
`;

export function changeCommand(terminal: Terminal): Command {
  const command = new Command('change').argument('<id>', 'as `keys list` shows it');
  return addStateOptions(addSettingOptions(command, { isNew: false }))
    .addOption(new Option('--pause', 'let it open nothing for now').conflicts('resume'))
    .option('--resume', 'let it work again')
    .option('--json', 'as JSON')
    .description('change what a key may do; what is not named stays')
    .addHelpText('after', help)
    .action(async (id: string, flags: Flags) => {
      const status = flags.pause ? 'paused' : flags.resume ? 'active' : undefined;
      const changes = validate(changeKeyRequest, { ...settingsFromFlags(flags), ...(status && { status }) });
      showKey(await withKeys(flags, terminal, (keys) => keys.change({}, id, changes)), flags, terminal);
    });
}
