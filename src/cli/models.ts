import { Command } from 'commander';
import type { Model } from '../api/model.ts';
import type { Cards } from '../catalog/cards.ts';
import { standingOf } from '../catalog/standing.ts';
import { loadConfig } from '../config/load-config.ts';
import { checkCards } from './check-cards.ts';
import { columns } from './columns.ts';
import { addAddressFlags, serverInUse, type AddressFlags } from './local-server.ts';
import { openCards } from './open-cards.ts';
import { say, type Terminal } from './terminal.ts';

interface Flags extends AddressFlags {
  readonly all?: boolean;
  readonly check?: boolean;
  readonly config?: string;
  readonly json?: boolean;
}

interface Row {
  readonly id: string;
  readonly state: string;
  readonly context: number | null;
  readonly path: string | null;
  /** Why it cannot be called now, and what would help. */
  readonly reason: string | null;
}

const help = `
With a server running its models are listed, else those that \`manifold serve\` would load here.

Examples:
  manifold models
  manifold models --all      every model that is known, and what would make it callable
  manifold models --check    whether the cards of your own can be used
  manifold models --url https://models.example.org --key nvapi-...
`;

/** `manifold models`: what a running server serves, or the configuration names; with `--all` whatever is known. */
export function modelsCommand(terminal: Terminal): Command {
  const command = new Command('models')
    .description('list the models of a running server, or of the configuration; --all: of the whole catalogue')
    .option('--all', 'also the models that are known and not served')
    .option('--check', 'check the cards in the configuration folder; exit code 1 when one is left out');
  return addAddressFlags(command)
    .option('--config <file>', 'configuration file to list in place of a running server')
    .option('--json', 'as JSON')
    .addHelpText('after', help)
    .action(async (flags: Flags) => {
      if (flags.check) return checkCards(flags, terminal);
      const { rows, source } = await list(flags, terminal);
      if (flags.json) return say(terminal.stdout, JSON.stringify({ source, models: rows }, null, 2));
      const cells = rows.map(({ id, state, context, path, reason }) => {
        return [id, state, path ?? reason ?? (context === null ? '' : `${context} tokens of context`)];
      });
      for (const line of columns(cells)) say(terminal.stdout, line);
      if (terminal.stdout.isTTY) say(terminal.stderr, `(from ${source})`);
    });
}

async function list(flags: Flags, terminal: Terminal): Promise<{ rows: Row[]; source: string }> {
  const { env, cwd } = terminal;
  const client = await serverInUse(flags, terminal);
  if (client) return { rows: (await client.models(flags.all ? 'all' : 'served')).map(rowOf), source: client.url };
  const { config, file } = loadConfig({ file: flags.config, env, cwd });
  const rows = config.models.map(({ id, path, context }) => ({
    id: id ?? '(from the file)',
    state: 'configured',
    context: context ?? null,
    path,
    reason: null,
  }));
  const others = flags.all ? rowsOf((await openCards(config)).cards, rows) : [];
  return { rows: [...rows, ...others], source: file ?? 'the configuration; no server runs' };
}

function rowOf({ id, max_model_len: context, manifold: { state, reason } }: Model): Row {
  return { id, state, context, path: null, reason };
}

/** The cards whose models are not among the configured ones. */
function rowsOf(cards: Cards, configured: readonly Row[]): Row[] {
  const there = new Set(configured.map(({ id }) => cards.find(id)));
  return cards
    .all()
    .filter((card) => !there.has(card))
    .map((card) => ({ id: card.id, context: card.contextLength ?? null, path: null, ...standingOf(card) }));
}
