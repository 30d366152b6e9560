import type { Config } from '../config/config.ts';
import { resolveEngines } from '../config/resolve-engines.ts';
import { answerFormats } from '../engines/openai-compatible/raw-answer.ts';
import { createCatalogue, type Catalogue } from '../engines/upstream/catalogue.ts';
import type { Logger } from '../observability/logger.ts';

/** The servers elsewhere that a configuration names. One that cannot be used is left out, and said so in the log and on stderr. */
export function createCatalogues(config: Config, env: NodeJS.ProcessEnv, logger: Logger): Catalogue[] {
  const leftOut = (engine: string, reason: string) => {
    logger.error({ engine, reason }, 'engine is left out');
    process.stderr.write(`manifold: engines.${engine}: ${reason} This engine is left out.\n`);
  };
  return resolveEngines(config.engines, env, leftOut).flatMap((settings) => {
    const { name, answerFormat } = settings;
    if (answerFormat === undefined || answerFormats.includes(answerFormat)) {
      return [createCatalogue(settings, { log: logger })];
    }
    leftOut(name, `answerFormat: one of ${answerFormats.join(', ')}.`);
    return [];
  });
}
