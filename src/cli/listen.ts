import type { KeptKeys } from '../access/access.ts';
import type { WeightsStore } from '../catalog/weights/weights-store.ts';
import { compose } from '../compose.ts';
import type { Config } from '../config/config.ts';
import { localModel as modelSettings } from '../config/local-model.ts';
import { createEngines, localModel } from '../engines/registry.ts';
import type { Logger } from '../observability/logger.ts';
import { createMetrics } from '../observability/metrics.ts';
import { createCatalogues } from './create-catalogues.ts';
import { libraryDirectory } from './engine/library-directory.ts';
import { llamaServerProgram } from './engine/llama-server-program.ts';
import { createModelsOnDisk, type ModelsOnDisk } from './models-on-disk.ts';
import { openCards } from './open-cards.ts';
import { openWeights } from './open-weights.ts';
import { resolveModelFiles } from './resolve-model-files.ts';
import type { RunningServer } from './running-server.ts';
import type { ServerState } from './state-store.ts';
import { packageVersion } from './version.ts';

/** Engines and composition root, seen as the command line sees a server. */
export async function listen(
  { config, env, logger }: { readonly config: Config; readonly env: NodeJS.ProcessEnv; readonly logger: Logger },
  {
    keptKeys,
    state,
    hasPages = true,
    canPull = false,
  }: {
    readonly keptKeys?: KeptKeys;
    readonly state?: ServerState;
    readonly hasPages?: boolean;
    readonly canPull?: boolean;
  } = {},
): Promise<RunningServer> {
  const metrics = createMetrics();
  const ledger = await state?.openLedger({ logger, metrics });
  const { models, missing: engines } = await resolveModelFiles(config, env);
  const settings = {
    models,
    libDir: libraryDirectory(config, env),
    llamaServer: llamaServerProgram(config, env),
    env,
    startTimeoutMs: config.timeouts.engineStartSeconds * 1000,
    stallTimeoutMs: config.timeouts.engineStallSeconds * 1000,
    loading: config.loading,
  };
  const pool = createEngines(settings, logger, {
    observe: (model) => metrics.replicasOf(model),
    onLoadEnded: (...load) => metrics.localModelLoadEnded(...load),
  });
  const catalogues = await createCatalogues(config, env, { logger, metrics });
  const { cards, problems } = await openCards(config);
  for (const { file, problem } of problems) logger.warn({ file, problem }, 'a card is left out');
  const version = packageVersion();
  const weights = canPull ? await openWeights(config, env) : undefined;
  const onDisk =
    weights && config.catalog.onDisk !== 'none'
      ? createModelsOnDisk({
          pool,
          cards,
          weights,
          servesAll: config.catalog.onDisk === 'all',
          modelOf: (id, path) => localModel({ ...modelSettings.parse({ path }), id }, settings, logger),
          log: logger,
        })
      : undefined;
  const parts = {
    config,
    engines,
    pool,
    catalogues,
    cards,
    weights: weights && onDisk ? lookingAfterwards(weights, onDisk) : weights,
    keptKeys,
    logger,
    metrics,
    version,
    hasPages,
    ...(ledger && { ledger }),
  };
  const server = await compose(parts).catch(async (failure: unknown) => {
    await pool.close();
    throw failure;
  });
  const { url } = await server.start().catch(async (failure: unknown) => {
    await server.stop();
    throw failure;
  });
  // Of what is not known by then, a model may still come.
  void Promise.all([onDisk?.look(), ...catalogues.map(({ looked }) => looked)]).then(() => server.tellUnserved());
  // A server elsewhere may list hundreds of models, and a disk: they are shown where there are no others.
  const shown = () => {
    const configured = [...engines, ...pool.models().filter(({ isFallback }) => isFallback !== true)];
    return configured.length > 0 ? configured : catalogues.flatMap((catalogue) => catalogue.models());
  };
  return {
    url,
    models: () => shown().map(({ id, engine }) => ({ id, state: engine.state() })),
    upstreams: () =>
      Promise.all(
        catalogues.map(async (catalogue) => {
          await catalogue.looked;
          return { name: catalogue.name, models: catalogue.models().length, problem: catalogue.problem() };
        }),
      ),
    adminUrl: server.adminUrl(),
    reload(next) {
      void onDisk?.look();
      return server.reload(next);
    },
    stop() {
      onDisk?.close();
      return server.stop();
    },
  };
}

/** What was pulled is served as soon as the pull is reported done. */
function lookingAfterwards(weights: WeightsStore, onDisk: ModelsOnDisk): WeightsStore {
  return {
    ...weights,
    async fetch(plan, asked) {
      await weights.fetch(plan, asked);
      await onDisk.look();
    },
  };
}
