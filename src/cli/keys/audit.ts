import { Command } from 'commander';
import { showControls } from '../../lib/show-controls.ts';
import { addStateOptions } from '../state-options.ts';
import { say, type Terminal } from '../terminal.ts';
import { toCount } from './key-options.ts';
import { type KeyFlags, withKeys } from './with-keys.ts';

interface Flags extends KeyFlags {
  readonly key?: string;
  readonly limit: number;
}

export function auditCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('audit'))
    .option('--key <id>', 'what was done to one key')
    .option('--limit <count>', 'how many at most', toCount, 100)
    .option('--json', 'as JSON')
    .description('list what was done to keys and by whom, newest first')
    .action(async (flags: Flags) => {
      const query = { target: flags.key, limit: flags.limit };
      const entries = await withKeys(flags, terminal, (keys) => keys.audit({}, query));
      if (flags.json) return say(terminal.stdout, JSON.stringify(entries, null, 2));
      for (const { at, actor, action, target, details } of entries) {
        const told = Object.keys(details).length === 0 ? '' : JSON.stringify(details);
        // A client may have named anything as a model to load.
        const line = `${at}  ${actor.padEnd(16)}  ${action.padEnd(6)}  ${target}  ${told}`.trimEnd();
        say(terminal.stdout, showControls(line));
      }
    });
}
