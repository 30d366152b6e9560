import type { ServedModel } from '../../engines/served-model.ts';

/** Of names that the configuration has for models, those that no served model has as its id. A pattern waits for any. */
export function unservedNames(names: readonly string[], served: readonly Pick<ServedModel, 'id'>[]): string[] {
  const ids = new Set(served.map(({ id }) => id));
  return [...new Set(names)].filter((name) => !name.includes('*') && !ids.has(name));
}
