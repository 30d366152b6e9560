import { Command } from 'commander';
import { resetKeys } from '../access/ensure-key.ts';
import { createFileKeyStore } from '../access/file-key-store.ts';
import { loadConfig } from '../config/load-config.ts';
import type { Setting } from '../config/setting.ts';
import { openStateDir } from '../config/state-dir.ts';
import { stateDirHolder } from '../config/state-lock.ts';
import { say, type Terminal } from './terminal.ts';

interface Flags {
  readonly stateDir?: string;
  readonly config?: string;
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
  return withStateOptions(new Command('reset'))
    .description('make a new key and print it once; the old ones stop working')
    .action(async (flags: Flags) => {
      const stateDir = stateDirOf(flags, terminal);
      const { plain } = await resetKeys(createFileKeyStore(stateDir));
      if (flags.json) return say(terminal.stdout, JSON.stringify({ key: plain }));
      say(terminal.stdout, plain);
      const holder = stateDirHolder(stateDir);
      const server = holder === undefined ? '' : ` The server at ${holder.url} takes it within a second.`;
      say(terminal.stderr, `This is the only time the key is shown; the keys before it no longer work.${server}`);
    });
}

function listCommand(terminal: Terminal): Command {
  return withStateOptions(new Command('list'))
    .description('list the ids of the keys; the keys themselves are not stored')
    .action(async (flags: Flags) => {
      const keys = await createFileKeyStore(stateDirOf(flags, terminal)).list();
      const rows = keys.map(({ id, createdAt }) => ({ id, createdAt }));
      if (flags.json) return say(terminal.stdout, JSON.stringify(rows, null, 2));
      for (const { id, createdAt } of rows) say(terminal.stdout, `${id}  made ${createdAt}`);
      if (rows.length === 0)
        say(terminal.stderr, 'There are no keys yet; `manifold serve` or `manifold keys reset` makes one.');
    });
}

function withStateOptions(command: Command): Command {
  return command
    .option('--state-dir <directory>', 'where the keys live (default: ~/.local/state/manifold)')
    .option('--config <file>', 'configuration file (default: manifold.yaml, if there is one)')
    .option('--json', 'as JSON');
}

function stateDirOf(flags: Flags, { env, cwd }: Terminal): string {
  const settings: Setting[] =
    flags.stateDir === undefined ? [] : [{ path: 'stateDir', value: flags.stateDir, origin: '--state-dir' }];
  return openStateDir(loadConfig({ flags: settings, file: flags.config, env, cwd }).config.stateDir, env);
}
