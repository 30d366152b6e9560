import type { Config } from '../config/config.ts';

/** What a person is told once the server listens: where, and what comes next. */
export function listeningLine(url: string, { models, engines }: Pick<Config, 'models' | 'engines'>): string {
  const next =
    models.length > 0
      ? `loading the ${models.length === 1 ? 'model' : 'models'}`
      : engines.length > 0
        ? 'asking its engines for their models'
        : 'no model is configured';
  return `Listening on ${url}; ${next}.`;
}
