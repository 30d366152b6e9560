import { Command } from 'commander';
import { addStateOptions } from '../state-options.ts';
import type { Terminal } from '../terminal.ts';
import { rotateKeyRequest } from '../../api/key.ts';
import { validate } from '../../server/requests/validate.ts';
import { toSeconds } from './key-options.ts';
import { showMadeKey } from './show-key.ts';
import { type KeyFlags, withKeys } from './with-keys.ts';

interface Flags extends KeyFlags {
  readonly overlap?: number;
}

export function rotateCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('rotate').argument('<id>', 'as `keys list` shows it'))
    .option('--overlap <time>', 'how long its earlier text still works, such as 1d (default: not at all)', toSeconds)
    .option('--json', 'as JSON')
    .description('give a key a new text and print it, once')
    .action(async (id: string, flags: Flags) => {
      const { overlapSeconds } = validate(rotateKeyRequest, { overlapSeconds: flags.overlap });
      const { key, plain } = await withKeys(flags, terminal, (keys) => keys.rotate({}, id, overlapSeconds));
      showMadeKey(key, plain, flags, terminal);
    });
}
