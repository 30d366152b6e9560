import { Command } from 'commander';
import type { Config } from '../../config/config.ts';
import { isLoopback } from '../../lib/is-loopback.ts';
import { CommandFailed } from '../exit-codes.ts';
import { listeningLine } from '../listening-line.ts';
import { showLoading } from '../load-progress.ts';
import { addServerOptions, configFromFlags, type ServerFlags } from '../server-options.ts';
import { startWorker } from '../start-server.ts';
import { say, type Terminal } from '../terminal.ts';
import { untilStopped } from '../until-stopped.ts';

interface Flags extends ServerFlags {
  readonly token?: string;
}

const shortestToken = 16;
const help = `
The other Manifold reaches it by its configuration:
  engines:
    - kind: manifold
      url: http://this-machine:8001
      keyFrom: { env: WORKER_TOKEN }

Examples:
  manifold engine serve --model a.gguf --port 8001
  MANIFOLD_TOKEN=… manifold engine serve --model a.gguf --host 0.0.0.0 --port 8001
`;

/** `manifold engine serve`: models for another Manifold. No page, no keys of its own, no state directory. */
export function serveWorkerCommand(terminal: Terminal): Command {
  return addServerOptions(new Command('serve'))
    .description('serve models to another Manifold, with one token')
    .option(
      '--token <token>',
      `what the other Manifold sends as its key (default: $MANIFOLD_TOKEN; needed off loopback)`,
    )
    .addHelpText('after', help)
    .action(async ({ token: given, ...flags }: Flags) => {
      const { stderr, env } = terminal;
      terminal.writesLog?.();
      const { config, warnings } = configFromFlags(flags, terminal);
      for (const warning of warnings) say(stderr, `manifold: ${warning}`);
      const stopping = new AbortController();
      const starting = startWorker(workerConfig(config, given ?? env['MANIFOLD_TOKEN']), env);
      const stopped = untilStopped(starting, stderr, () => stopping.abort());
      // Whatever comes of it is told below; that may be later.
      stopped.catch(() => undefined);
      const server = await starting;
      say(stderr, listeningLine(server.url, { ...config, engines: [] }));
      await showLoading(server, stderr, { signal: stopping.signal }).catch((failure: unknown) => {
        say(stderr, `manifold: ${failure instanceof Error ? failure.message : String(failure)}`);
      });
      await stopped;
    });
}

/** A worker serves its own models, and whoever has the token. */
function workerConfig(given: Config, token: string | undefined): Config {
  const { admin: _, ...config } = given;
  if (token === undefined || token === '') {
    if (!isLoopback(config.host)) {
      throw new CommandFailed(
        `${config.host} can be reached by others, so a worker there needs --token or MANIFOLD_TOKEN.`,
      );
    }
    return { ...config, engines: [], auth: { ...config.auth, enabled: false, keys: [] } };
  }
  if (token.length < shortestToken) throw new CommandFailed(`A token has at least ${shortestToken} characters.`);
  return { ...config, engines: [], auth: { ...config.auth, enabled: true, keys: [token] } };
}
