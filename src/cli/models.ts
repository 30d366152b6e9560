import { Command } from 'commander';
import { loadConfig } from '../config/load-config.ts';
import { defaultUrl } from './default-url.ts';
import { createServerClient } from './server-client.ts';
import { say, type Terminal } from './terminal.ts';

interface Flags {
  readonly url?: string;
  readonly key?: string;
  readonly config?: string;
  readonly json?: boolean;
}

interface Row {
  readonly id: string;
  readonly state: string;
  readonly context: number | null;
  readonly path: string | null;
}

const help = `
With a server running its models are listed, else those that \`manifold serve\` would load here.

Examples:
  manifold models
  manifold models --url https://models.example.org --key nvapi-...
`;

/** `manifold models`: what a running server serves; without one, what the configuration names. */
export function modelsCommand(terminal: Terminal): Command {
  return new Command('models')
    .description('list the models of a running server, or of the configuration')
    .option('--url <url>', 'the server (default: the one running here)')
    .option('--key <key>', 'its API key (default: MANIFOLD_API_KEY)')
    .option('--config <file>', 'configuration file to list when no server runs')
    .option('--json', 'as JSON')
    .addHelpText('after', help)
    .action(async (flags: Flags) => {
      const { rows, source } = await list(flags, terminal);
      if (flags.json) return say(terminal.stdout, JSON.stringify({ source, models: rows }, null, 2));
      const width = Math.max(...rows.map(({ id }) => id.length));
      for (const { id, state, context, path } of rows) {
        const detail = path ?? (context === null ? '' : `${context} tokens of context`);
        say(terminal.stdout, `${id.padEnd(width)}  ${state.padEnd(10)}  ${detail}`.trimEnd());
      }
      if (terminal.stdout.isTTY) say(terminal.stderr, `(from ${source})`);
    });
}

async function list(flags: Flags, { env, cwd }: Terminal): Promise<{ rows: Row[]; source: string }> {
  const client = createServerClient(flags.url ?? defaultUrl(env), flags.key ?? env['MANIFOLD_API_KEY']);
  if (flags.url !== undefined || (flags.config === undefined && (await client.isAlive()))) {
    const models = await client.models();
    const rows = models.map(({ id, manifold, max_model_len }) => ({
      id,
      state: manifold.state,
      context: max_model_len,
      path: null,
    }));
    return { rows, source: client.url };
  }
  const { config, file } = loadConfig({ file: flags.config, env, cwd });
  const rows = config.models.map(({ id, path, context }) => ({
    id: id ?? '(from the file)',
    state: 'configured',
    context: context ?? null,
    path,
  }));
  return { rows, source: file ?? 'the configuration; no server runs' };
}
