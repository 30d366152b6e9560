import { Command } from 'commander';
import { createKeyRequest } from '../../api/key.ts';
import { validate } from '../../server/requests/validate.ts';
import { addStateOptions } from '../state-options.ts';
import { say, type Terminal } from '../terminal.ts';
import { addSettingOptions, type SettingFlags, settingsFromFlags } from './key-options.ts';
import { showMadeKey } from './show-key.ts';
import { type KeyFlags, withKeys } from './with-keys.ts';

export function createCommand(terminal: Terminal): Command {
  return addStateOptions(addSettingOptions(new Command('create'), { isNew: true }))
    .option('--json', 'as JSON')
    .description('make a key and print it, once')
    .action(async (flags: KeyFlags & SettingFlags) => {
      const wanted = validate(createKeyRequest, settingsFromFlags(flags));
      const { key, plain } = await withKeys(flags, terminal, (keys) => keys.create({}, wanted));
      if (plain !== null) showMadeKey(key, plain, flags, terminal);
      else say(terminal.stderr, `${key.id} was there already.`);
    });
}
