import { Command } from 'commander';
import { resetKeys } from '../access/ensure-key.ts';
import { createFileKeyStore } from '../access/file-key-store.ts';
import { stateDirHolder } from '../config/state-lock.ts';
import { addStateOptions, type StateFlags, stateDirFromFlags } from './state-options.ts';
import { say, type Terminal } from './terminal.ts';

interface Flags extends StateFlags {
  readonly json?: boolean;
}

const help = `
A running server notices new keys within a second; it need not be restarted.

Examples:
  manifold keys reset     when the key was lost or has leaked
  manifold keys list
`;

/** `manifold keys`: lists keys by id, or replaces them by a new one. */
export function keysCommand(terminal: Terminal): Command {
  return new Command('keys')
    .description('list the API keys, or make a new one')
    .addHelpText('after', help)
    .addCommand(resetCommand(terminal))
    .addCommand(listCommand(terminal), { isDefault: true });
}

function resetCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('reset'))
    .option('--json', 'as JSON')
    .description('make a new key and print it once; the old ones stop working')
    .action(async (flags: Flags) => {
      const stateDir = stateDirFromFlags(flags, terminal);
      const { plain } = await resetKeys(createFileKeyStore(stateDir));
      if (flags.json) return say(terminal.stdout, JSON.stringify({ key: plain }));
      say(terminal.stdout, plain);
      const holder = stateDirHolder(stateDir);
      const server = holder === undefined ? '' : ` The server at ${holder.url} takes it within a second.`;
      say(terminal.stderr, `This is the only time the key is shown; the keys before it no longer work.${server}`);
    });
}

function listCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('list'))
    .option('--json', 'as JSON')
    .description('list the ids of the keys; the keys themselves are not stored')
    .action(async (flags: Flags) => {
      const keys = await createFileKeyStore(stateDirFromFlags(flags, terminal)).list();
      const rows = keys.map(({ id, createdAt }) => ({ id, createdAt }));
      if (flags.json) return say(terminal.stdout, JSON.stringify(rows, null, 2));
      for (const { id, createdAt } of rows) say(terminal.stdout, `${id}  made ${createdAt}`);
      if (rows.length === 0)
        say(terminal.stderr, 'There are no keys yet; `manifold serve` or `manifold keys reset` makes one.');
    });
}
