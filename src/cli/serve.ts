import { Command } from 'commander';
import type { Config } from '../config/config.ts';
import { banner } from './banner.ts';
import { listeningLine } from './listening-line.ts';
import { untilStopped } from './until-stopped.ts';
import type { RunningServer } from './running-server.ts';
import { showLoading } from './load-progress.ts';
import { addServerOptions, configFromFlags, type ServerFlags } from './server-options.ts';
import { onReloadSignal } from './reload-signals.ts';
import { type OwnedServer, startServer } from './start-server.ts';
import { tellUpstreams } from './tell-upstreams.ts';
import { say, type Terminal } from './terminal.ts';

const help = `
Everything can also stand in manifold.yaml or the environment; see \`manifold config --help\`.
The log goes to stdout, as JSON lines unless that is a terminal; what is for people goes to stderr.

Examples:
  manifold serve
  manifold serve --model path/to/file.gguf --context 8192
  manifold serve --host 0.0.0.0 --tls-cert cert.pem --tls-key key.pem
`;

/** `manifold serve`: the server, until a signal stops it. */
export function serveCommand(terminal: Terminal): Command {
  return addServerOptions(new Command('serve'))
    .description('serve models over HTTP')
    .addHelpText('after', help)
    .action(async (flags: ServerFlags) => {
      const { stderr, env } = terminal;
      terminal.writesLog?.();
      const { config, warnings, file } = configFromFlags(flags, terminal);
      // A file that was found by its usual name is named from now on: were it gone, so were all keys and limits it says.
      const again = { ...flags, ...(file !== undefined && { config: file }) };
      for (const warning of warnings) say(stderr, `manifold: ${warning}`);
      let started: OwnedServer | undefined;
      const ignoreReloads = onReloadSignal(stderr.isTTY ?? false, () => {
        const outcome = started?.reloadFrom(() => configFromFlags(again, terminal).config);
        if (outcome) tellReload(outcome, stderr);
      });
      const stopping = new AbortController();
      const starting = startServer(config, env);
      const stopped = untilStopped(starting, stderr, () => stopping.abort());
      // Whatever comes of it is told below; that may be later.
      stopped.catch(() => undefined);
      const server = await starting;
      started = server;
      say(stderr, listeningLine(server.url, config));
      if (server.adminUrl !== undefined) say(stderr, `Keys and models are managed on ${server.adminUrl}.`);
      // A server whose models all failed keeps running: its answers and its health say why.
      const told = tellUpstreams(server, stderr, stopping.signal);
      if (config.models.length === 0) await told;
      else
        await showLoading(server, stderr, { signal: stopping.signal }).catch((failure: unknown) => {
          say(stderr, `manifold: ${failure instanceof Error ? failure.message : String(failure)}`);
        });
      const ready = server.models().filter(({ state }) => state.kind === 'ready');
      const shown = ready.find((model) => !embeds(model)) ?? ready[0];
      if (shown !== undefined && !stopping.signal.aborted) {
        const key = keyToTell(config.auth, server.newKey);
        stderr.write(banner({ url: server.url, model: shown.id, embeds: embeds(shown), key }));
      } else if (server.newKey !== undefined) say(stderr, `API key, shown only now: ${server.newKey}`);
      await stopped.finally(ignoreReloads);
    });
}

function keyToTell({ enabled, keys }: Config['auth'], made: string | undefined): Parameters<typeof banner>[0]['key'] {
  if (!enabled) return { kind: 'none' };
  if (made !== undefined) return { kind: 'new', plain: made };
  return { kind: keys.length > 0 ? 'configured' : 'hidden' };
}

function embeds({ state }: ReturnType<RunningServer['models']>[number]): boolean {
  return state.kind === 'ready' && state.embedding !== undefined;
}

function tellReload({ problem, waiting }: ReturnType<OwnedServer['reloadFrom']>, stderr: Terminal['stderr']): void {
  if (problem !== null) return say(stderr, `manifold: the configuration stays as it was: ${problem}`);
  const rest = waiting.length === 0 ? '' : ` Waiting for the next start: ${waiting.join(', ')}.`;
  say(stderr, `The configuration was read anew.${rest}`);
}
