/** A schema, texts that its grammar accepts and refuses, and the keywords that it cannot enforce. */
export interface SchemaCase {
  readonly title: string;
  readonly schema: unknown;
  readonly accepted: readonly string[];
  readonly refused: readonly string[];
  readonly relaxed: readonly string[];
}

export function schemaCase(
  title: string,
  schema: unknown,
  accepted: readonly string[],
  refused: readonly string[],
  relaxed: readonly string[] = [],
): SchemaCase {
  return { title, schema, accepted, refused, relaxed };
}

export const object = (properties: object, more: object = {}) => ({ type: 'object', properties, ...more });
export const string = { type: 'string' };
export const integer = { type: 'integer' };
export const number = { type: 'number' };
