import type { Config } from '../config/config.ts';
import { resolveEngines } from '../config/resolve-engines.ts';
import { quirksOf } from '../engines/quirks/index.ts';
import { policyOf } from '../engines/replicas/policy.ts';
import { createReplicaSet } from '../engines/replicas/replica-set.ts';
import type { EngineLoad } from '../engines/upstream/engine-load.ts';
import { createCatalogue, type Catalogue, type Combine } from '../engines/upstream/catalogue.ts';
import { createSystemClock } from '../lib/clock.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';

/** The servers elsewhere that a configuration names. One that cannot be used is left out, and said so in the log and on stderr. */
export async function createCatalogues(
  config: Config,
  env: NodeJS.ProcessEnv,
  { logger, metrics }: { readonly logger: Logger; readonly metrics: Metrics },
): Promise<Catalogue[]> {
  const clock = createSystemClock();
  const leftOut = (engine: string, reason: string) => {
    logger.error({ engine, reason }, 'engine is left out');
    process.stderr.write(`manifold: engines.${engine}: ${reason} This engine is left out.\n`);
  };
  const all = resolveEngines(config.engines, env, leftOut);
  const answerFormats = all.some(({ answerFormat }) => answerFormat !== undefined) ? await formatNames() : [];
  return all.flatMap((settings) => {
    const { name, kind, answerFormat, choosing } = settings;
    const policy = policyOf(choosing, { letsWait: quirksOf[kind].adaptsConcurrency === true });
    const combine: Combine = (model, replicas) =>
      createReplicaSet(replicas, policy, { clock, log: logger, observer: metrics.replicasOf(model) });
    if (answerFormat === undefined || answerFormats.includes(answerFormat)) {
      const onLoad = (address: string, load: EngineLoad | undefined) =>
        metrics.engineLoad({ engine: name, address }, load);
      return [createCatalogue(settings, { log: logger, combine, onLoad })];
    }
    leftOut(name, `answerFormat: one of ${answerFormats.join(', ')}.`);
    return [];
  });
}

/** Loaded where a configuration names one: they take a tenth of a start. */
async function formatNames(): Promise<readonly string[]> {
  return (await import('../engines/openai-compatible/raw-answer.ts')).answerFormats;
}
