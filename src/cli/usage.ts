import { Command, Option } from 'commander';
import { parseUsageQuery, type WrittenUsageQuery } from '../ledger/parse-usage-query.ts';
import { presentUsage } from '../ledger/present-usage.ts';
import { readUsage } from '../ledger/read-usage.ts';
import { usageCsv } from '../ledger/usage-csv.ts';
import { keptStateDir } from './kept-state.ts';
import { addStateOptions, type StateFlags } from './state-options.ts';
import { openStateStore } from './state-store.ts';
import { tellLeftUsage } from './tell-left-usage.ts';
import { say, type Terminal } from './terminal.ts';
import { usageTable } from './usage-table.ts';

interface Flags extends StateFlags, WrittenUsageQuery {
  readonly json?: boolean;
  readonly csv?: boolean;
}

/** More than anybody reads, and less than fills the memory. */
const mostRows = 1_000_000;

const help = `
Reads the state directory, also while a server runs there. A time is a date (2026-01-31), a time with its zone
(2026-01-31T12:00:00Z) or how long ago (24h, 7d); days and months are those of UTC.

Examples:
  manifold usage                           this month, by model
  manifold usage --by key,day --from 7d
  manifold usage --by month --key key_1f2e --csv > usage.csv
`;

/** `manifold usage`: what was used, by key, team, model and time. */
export function usageCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('usage'))
    .description('tell what was used, by key, team, model and time')
    .option('--by <dimensions>', 'key, team, model, and one of hour, day, month, with commas between (default: model)')
    .option('--from <time>', 'beginning (default: of this month)')
    .option('--to <time>', 'end, itself not included (default: the end of today)')
    .option('--key <id>', 'of one key only')
    .option('--team <team>', 'of one team only')
    .option('--model <model>', 'of one model only')
    .addOption(new Option('--json', 'as JSON').conflicts('csv'))
    .option('--csv', 'as CSV')
    .addHelpText('after', help)
    .action(async (flags: Flags) => {
      const { by, from, to, key, team, model } = flags;
      const query = parseUsageQuery({ by, from, to, key, team, model }, Date.now());
      const stateDir = keptStateDir(flags, terminal);
      const store = await openStateStore(stateDir);
      try {
        const report = presentUsage(await readUsage(store, query, mostRows));
        if (flags.json) say(terminal.stdout, JSON.stringify(report, null, 2));
        else if (flags.csv) terminal.stdout.write(usageCsv(report));
        else terminal.stdout.write(usageTable(report));
      } finally {
        await store.close();
      }
      tellLeftUsage(stateDir, terminal);
    });
}
