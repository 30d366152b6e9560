import { generateKey } from '../access/api-key.ts';
import { ensureKey } from '../access/ensure-key.ts';
import { createFileKeyStore } from '../access/file-key-store.ts';
import type { KeyStore } from '../access/key-store.ts';
import type { Config } from '../config/config.ts';
import { openStateDir } from '../config/state-dir.ts';
import { lockStateDir } from '../config/state-lock.ts';
import { compose } from '../compose.ts';
import { createCatalogues } from './create-catalogues.ts';
import { openCards } from './open-cards.ts';
import { libraryDirectory } from './engine/library-directory.ts';
import { llamaServerProgram } from './engine/llama-server-program.ts';
import { createEngines } from '../engines/registry.ts';
import { openWeights } from './open-weights.ts';
import { resolveModelFiles } from './resolve-model-files.ts';
import { createLogger } from '../observability/logger.ts';
import { createMetrics } from '../observability/metrics.ts';
import type { RunningServer } from './running-server.ts';
import { packageVersion } from './version.ts';

/** A server that owns its state directory. `newKey` is there when a key was made just now. */
export interface OwnedServer extends RunningServer {
  readonly newKey?: string;
}

/** Takes the state directory, makes sure that a key exists, and listens. */
export async function startServer(config: Config, env: NodeJS.ProcessEnv): Promise<OwnedServer> {
  const stateDir = openStateDir(config.stateDir, env);
  const lock = lockStateDir(stateDir, configuredUrl(config));
  try {
    const keys = createFileKeyStore(stateDir);
    const hasOtherKeys = !config.auth.enabled || config.auth.keys.length > 0;
    const { plain } = hasOtherKeys ? {} : await ensureKey(keys);
    const server = await listen(config, env, keys, { canPull: true }).catch(async (failure: unknown) => {
      // Nobody has seen this key: the next start has to make and show one.
      if (plain !== undefined) await keys.replace([]);
      throw failure;
    });
    lock.announce(server.url);
    return {
      ...server,
      ...(plain !== undefined && { newKey: plain }),
      stop: () => server.stop().finally(() => lock.release()),
    };
  } catch (failure) {
    lock.release();
    throw failure;
  }
}

/** A server for this process only: a free loopback port, a key that is stored nowhere, no state, no log. */
export async function startPrivateServer(
  config: Config,
  env: NodeJS.ProcessEnv,
): Promise<RunningServer & { readonly key: string }> {
  const key = generateKey();
  const none: KeyStore = { list: async () => [], replace: async () => undefined };
  const { tls: _, ...rest } = config;
  const own = {
    ...rest,
    host: '127.0.0.1',
    port: 0,
    auth: { enabled: true, keys: [key] },
    logLevel: 'silent' as const,
  };
  return { ...(await listen(own, env, none)), key };
}

/** A server for another Manifold: the keys of its configuration and no others, no page, no state. */
export async function startWorker(config: Config, env: NodeJS.ProcessEnv): Promise<RunningServer> {
  const none: KeyStore = { list: async () => [], replace: async () => undefined };
  return listen(config, env, none, { hasPages: false });
}

/** Engines and composition root, seen as the command line sees a server. */
async function listen(
  config: Config,
  env: NodeJS.ProcessEnv,
  keyStore: KeyStore,
  { hasPages = true, canPull = false } = {},
): Promise<RunningServer> {
  const logger = createLogger(config.logLevel, process.stdout);
  const metrics = createMetrics();
  const { models, missing } = await resolveModelFiles(config, env);
  const created = await createEngines(
    {
      models,
      libDir: libraryDirectory(config, env),
      llamaServer: { program: llamaServerProgram(config, env), env },
      startTimeoutMs: config.timeouts.engineStartSeconds * 1000,
      stallTimeoutMs: config.timeouts.engineStallSeconds * 1000,
    },
    logger,
    { observe: (model) => metrics.replicasOf(model) },
  );
  const engines = [...created, ...missing];
  const catalogues = createCatalogues(config, env, { logger, metrics });
  const { cards, problems } = await openCards(config);
  for (const { file, problem } of problems) logger.warn({ file, problem }, 'a card is left out');
  const version = packageVersion();
  const weights = canPull ? await openWeights(config, env) : undefined;
  const parts = { config, engines, catalogues, cards, keyStore, weights, logger, metrics, version, hasPages };
  const closeEngines = () => Promise.allSettled(engines.map(({ engine }) => engine.close()));
  const server = await compose(parts).catch(async (failure: unknown) => {
    await closeEngines();
    throw failure;
  });
  const { url } = await server.start().catch(async (failure: unknown) => {
    await server.stop();
    throw failure;
  });
  return {
    url,
    // A server elsewhere may list hundreds of models: they are shown where there are no others.
    models: () =>
      (engines.length > 0 ? engines : catalogues.flatMap((catalogue) => catalogue.models())).map(({ id, engine }) => ({
        id,
        state: engine.state(),
      })),
    upstreams: () =>
      Promise.all(
        catalogues.map(async (catalogue) => {
          await catalogue.looked;
          return { name: catalogue.name, models: catalogue.models().length, problem: catalogue.problem() };
        }),
      ),
    stop: () => server.stop(),
  };
}

function configuredUrl({ host, port, tls }: Config): string {
  return `${tls === undefined ? 'http' : 'https'}://${host.includes(':') ? `[${host}]` : host}:${port}`;
}
