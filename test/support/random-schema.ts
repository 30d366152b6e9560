/** Random numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A schema of keywords that a grammar enforces, nested three levels at most. It may contradict itself. */
export function randomSchema(random: () => number, depth = 0): Record<string, unknown> {
  const below = (limit: number) => Math.floor(random() * limit);
  const maybe = (share: number) => random() < share;
  const pick = <T>(items: readonly T[]): T => items[below(items.length)] as T;
  const nested = () => randomSchema(random, depth + 1);
  const kinds = ['string', 'integer', 'number', 'boolean', 'null', 'enum'];
  if (depth < 3) kinds.push('array', 'object', 'object', 'anyOf', 'allOf');
  switch (pick(kinds)) {
    case 'string':
      return {
        type: 'string',
        ...(maybe(0.3) && { minLength: below(4) }),
        ...(maybe(0.3) && { maxLength: 3 + below(30) }),
        ...(maybe(0.3) && {
          pattern: pick(['^[a-f]+$', '^x', 'y$', 'ab?c', '^(foo|ba+r)*$', '^\\d{2,4}$', '^[^"\\\\]*$']),
        }),
        ...(maybe(0.2) && {
          format: pick(['date', 'time', 'date-time', 'uuid', 'ipv4', 'ipv6', 'email', 'uri', 'duration']),
        }),
      };
    case 'integer':
    case 'number':
      return {
        type: pick(['integer', 'number']),
        ...(maybe(0.4) && {
          [pick(['minimum', 'exclusiveMinimum'])]: pick([below(2000) - 1000, (below(2000) - 1000) / 8]),
        }),
        ...(maybe(0.4) && { [pick(['maximum', 'exclusiveMaximum'])]: pick([below(2000), below(2000) / 8]) }),
        ...(maybe(0.2) && { multipleOf: pick([1, 2, 3, 7, 10]) }),
      };
    case 'enum':
      return {
        enum: Array.from({ length: 1 + below(15) }, () => pick(['a', 'bc', 'é"', 1, 2.5, null, true, [1], { x: 1 }])),
      };
    case 'array':
      return {
        type: 'array',
        ...(maybe(0.7) && { items: nested() }),
        ...(maybe(0.2) && { prefixItems: [nested(), nested()] }),
        ...(maybe(0.3) && { minItems: below(4) }),
        ...(maybe(0.3) && { maxItems: 3 + below(3) }),
      };
    case 'object':
      return randomObject(random, nested);
    case 'anyOf':
      return { anyOf: [nested(), nested()] };
    case 'allOf':
      return { allOf: [randomObject(random, nested), randomObject(random, nested)] };
    default:
      return { type: pick(['boolean', 'null', ['null', 'string']]) };
  }
}

function randomObject(random: () => number, nested: () => Record<string, unknown>): Record<string, unknown> {
  const names = ['a', 'b', 'ab', 'x-1', 'é'].filter(() => random() < 0.6);
  return {
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, nested()])),
    required: names.filter(() => random() < 0.4),
    ...(random() < 0.3 && { additionalProperties: random() < 0.5 ? false : nested() }),
    ...(random() < 0.2 && { patternProperties: { '^x-': nested() } }),
    ...(random() < 0.2 && { maxProperties: 3 }),
  };
}
