import type { ServedModel } from '../../engines/served-model.ts';

/** What a server has for models by their names, of which only those of prices may be patterns. */
interface Named {
  readonly limits: object;
  readonly prices: object;
}

/** Names that no served model has as its id. A pattern waits for any. */
export function unservedNames({ limits, prices }: Named, served: readonly Pick<ServedModel, 'id'>[]): string[] {
  const ids = new Set(served.map(({ id }) => id));
  const priced = Object.keys(prices).filter((name) => !name.includes('*'));
  return [...new Set([...Object.keys(limits), ...priced])].filter((name) => !ids.has(name));
}
