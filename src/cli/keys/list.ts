import { Command } from 'commander';
import type { Key } from '../../api/key.ts';
import { columns } from '../columns.ts';
import { addStateOptions } from '../state-options.ts';
import { say, type Terminal } from '../terminal.ts';
import { toCount } from './key-options.ts';
import { type KeyFlags, withKeys } from './with-keys.ts';

interface Flags extends KeyFlags {
  readonly team?: string;
  readonly after?: string;
  readonly limit: number;
}

export function listCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('list'))
    .option('--team <name>', 'those of one team')
    .option('--after <id>', 'those made after this one')
    .option('--limit <count>', 'how many at most', toCount, 1000)
    .option('--json', 'as JSON')
    .description('list the keys by id; of the keys themselves only the beginning is stored')
    .action(async (flags: Flags) => {
      const query = {
        team: flags.team,
        after: flags.after,
        limit: flags.limit,
      };
      const keys = await withKeys(flags, terminal, (each) => each.list({}, query));
      if (flags.json) say(terminal.stdout, JSON.stringify(keys, null, 2));
      else for (const line of columns(keys.map(rowOf))) say(terminal.stdout, line);
      if (keys.length === query.limit) say(terminal.stderr, `There may be more: --after ${keys.at(-1)?.id ?? ''}`);
      if (flags.json || keys.length > 0) return;
      const isAny = flags.team === undefined && flags.after === undefined;
      const none = isAny
        ? 'There are no keys yet; `manifold serve` or `manifold keys create` makes one.'
        : 'There are no such keys.';
      say(terminal.stderr, none);
    });
}

function rowOf({ id, status, secrets, scopes, team, name }: Key): readonly string[] {
  const prefix = secrets.at(-1)?.prefix;
  return [
    id,
    status,
    prefix === undefined ? '' : `${prefix}…`,
    scopes.join(','),
    [team, name].filter(Boolean).join(' '),
  ];
}
