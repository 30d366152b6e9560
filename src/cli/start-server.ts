import { generateKey } from '../access/api-key.ts';
import { ensureKey } from '../access/ensure-key.ts';
import { createKeys } from '../access/keys.ts';
import type { Config } from '../config/config.ts';
import { openStateDir } from '../config/state-dir.ts';
import { lockStateDir } from '../config/state-lock.ts';
import { toManifoldError } from '../errors.ts';
import { letYoungGenerationGrow } from '../lib/young-generation.ts';
import { createLogger, type Logger } from '../observability/logger.ts';
import { readableLines } from '../observability/readable-lines.ts';
import { openKeys } from './open-keys.ts';
import type { RunningServer } from './running-server.ts';
import { openServerState, type ServerState } from './state-store.ts';
import type { Terminal } from './terminal.ts';

/** A server that owns its state directory. `newKey` is there when a key was made just now. */
export interface OwnedServer extends RunningServer {
  readonly newKey?: string;
  /** Reads the configuration anew; what came of it is told, and left for `manifold reload` to see, if it can be written. */
  reloadFrom(load: () => Config): { readonly problem: string | null; readonly waiting: readonly string[] };
}

/** Takes the state directory, makes sure that a key exists, and listens. */
export async function startServer(config: Config, env: NodeJS.ProcessEnv): Promise<OwnedServer> {
  const stateDir = openStateDir(config.stateDir, env);
  const logger = logTo(process.stdout, config, env);
  const lock = lockStateDir(stateDir, configuredUrl(config));
  let state: ServerState | undefined;
  try {
    // The thread of the database starts while most of the program is loaded.
    const [opened, listen] = await Promise.all([openServerState(stateDir, config), loadListen()]);
    state = opened;
    const announce = ({ url, adminUrl }: RunningServer) => lock.announce(url, adminUrl);
    const { server, newKey } = await startWithState({ config, env, logger, state, stateDir, listen, announce });
    letYoungGenerationGrow();
    const owned = state;
    return {
      ...server,
      reloadFrom(load) {
        const outcome = reloadedFrom(server, load);
        try {
          lock.tellReload(outcome);
        } catch (err) {
          // A server does not die of a full disk.
          logger.error({ err }, 'what came of the reload cannot be told');
        }
        return outcome;
      },
      ...(newKey !== undefined && { newKey }),
      async stop() {
        try {
          await server.stop();
        } finally {
          await owned.close().finally(() => lock.release());
        }
      },
    };
  } catch (failure) {
    await state?.close();
    lock.release();
    throw failure;
  }
}

function reloadedFrom(server: RunningServer, load: () => Config): { problem: string | null; waiting: string[] } {
  try {
    return { problem: null, waiting: [...server.reload(load())] };
  } catch (failure) {
    // Whatever is wrong with it, the server goes on with what it has.
    return { problem: toManifoldError(failure).message, waiting: [] };
  }
}

async function startWithState({
  state,
  stateDir,
  listen,
  announce,
  ...parts
}: {
  readonly config: Config;
  readonly env: NodeJS.ProcessEnv;
  readonly logger: Logger;
  readonly state: ServerState;
  readonly stateDir: string;
  readonly listen: Awaited<ReturnType<typeof loadListen>>;
  /** Tells others where it listens. A server of which that cannot be told does not stay. */
  readonly announce: (server: RunningServer) => void;
}): Promise<{ readonly server: RunningServer; readonly newKey?: string }> {
  const { auth } = parts.config;
  const { store } = state;
  const keyStore = await openKeys(store, stateDir, (keyId, err) =>
    parts.logger.error({ keyId, err }, 'a key cannot be read and opens nothing'),
  );
  const keys = createKeys({ store: keyStore, now: Date.now });
  const hasOtherKeys = !auth.enabled || auth.keys.length > 0;
  const made = hasOtherKeys ? undefined : await ensureKey(keyStore, keys);
  const keptKeys = { store: keyStore, onForeignChange: (listener: () => void) => store.onForeignChange(listener) };
  let server: RunningServer | undefined;
  try {
    server = await listen(parts, { keptKeys, state, canPull: true });
    announce(server);
    return { server, ...(made && { newKey: made.plain }) };
  } catch (failure) {
    await server?.stop();
    // Nobody has seen this key: the next start has to make and show one.
    if (made) await keys.revoke({}, made.key.id);
    throw failure;
  }
}

/** A server for this process only: a free loopback port, a key that is stored nowhere, no state, no log. */
export async function startPrivateServer(
  config: Config,
  env: NodeJS.ProcessEnv,
): Promise<RunningServer & { readonly key: string }> {
  const key = generateKey();
  const { tls: _, admin: _admin, ...rest } = config;
  const own = {
    ...rest,
    host: '127.0.0.1',
    port: 0,
    auth: { ...config.auth, enabled: true, keys: [key] },
    logLevel: 'silent' as const,
  };
  const listen = await loadListen();
  return { ...(await listen({ config: own, env, logger: createLogger('silent', process.stdout) })), key };
}

/** A server for another Manifold: the keys of its configuration and no others, no page, no state. */
export async function startWorker(config: Config, env: NodeJS.ProcessEnv): Promise<RunningServer> {
  const logger = logTo(process.stdout, config, env);
  const listen = await loadListen();
  return listen({ config, env, logger }, { hasPages: false });
}

async function loadListen() {
  return (await import('./listen.ts')).listen;
}

function logTo(stdout: Terminal['stdout'], { logLevel, logFormat }: Config, env: NodeJS.ProcessEnv): Logger {
  const isTerminal = stdout.isTTY ?? false;
  const isText = logFormat === 'text' || (logFormat === 'auto' && isTerminal);
  const noColour = (env['NO_COLOR'] ?? '') !== '';
  return createLogger(logLevel, isText ? readableLines(stdout, { isTerminal, noColour }) : stdout);
}

function configuredUrl({ host, port, tls }: Config): string {
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
