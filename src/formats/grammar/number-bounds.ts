import { numberOf, type Nodes } from './schema-node.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

interface Limit {
  readonly value: number;
  readonly isExclusive: boolean;
}

export interface NumberBounds {
  readonly low: Limit | undefined;
  readonly high: Limit | undefined;
  readonly divisors: readonly { readonly value: number; readonly path: string }[];
  /** What to blame for a contradiction. */
  readonly keyword: string;
  readonly path: string;
}

/** What OpenAPI's formats for numbers mean (https://spec.openapis.org/registry/format/). */
const formats: Readonly<Record<string, readonly [low: number, high: number]>> = {
  int8: [-128, 127],
  uint8: [0, 255],
  int16: [-32_768, 32_767],
  uint16: [0, 65_535],
  int32: [-2_147_483_648, 2_147_483_647],
  uint32: [0, 4_294_967_295],
  uint64: [0, 2 ** 64],
};

/** The tightest bounds of some nodes. `exclusiveMinimum: true` is how draft 4 said it. */
export function boundsOf(nodes: Nodes): NumberBounds {
  let low: Limit | undefined;
  let high: Limit | undefined;
  const divisors: { value: number; path: string }[] = [];
  const blame = { keyword: 'minimum', path: nodes[0]?.path ?? '' };
  const raise = (value: number | undefined, isExclusive: boolean) => {
    if (value === undefined) return;
    if (low === undefined || value > low.value || (value === low.value && isExclusive)) low = { value, isExclusive };
  };
  const lower = (value: number | undefined, isExclusive: boolean) => {
    if (value === undefined) return;
    if (high === undefined || value < high.value || (value === high.value && isExclusive))
      high = { value, isExclusive };
  };
  for (const node of nodes) {
    const { schema, path } = node;
    const isBounded = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'].some(
      (k) => k in schema,
    );
    if (isBounded) blame.path = path;
    raise(numberOf(node, 'minimum'), schema['exclusiveMinimum'] === true);
    raise(numberOf(node, 'exclusiveMinimum'), true);
    lower(numberOf(node, 'maximum'), schema['exclusiveMaximum'] === true);
    lower(numberOf(node, 'exclusiveMaximum'), true);
    const range = typeof schema['format'] === 'string' ? formats[schema['format']] : undefined;
    raise(range?.[0], false);
    lower(range?.[1], false);
    const divisor = numberOf(node, 'multipleOf');
    if (divisor !== undefined && divisor <= 0) throw new UnsupportedSchema('multipleOf', path, 'it must be above 0.');
    if (divisor !== undefined) divisors.push({ value: divisor, path });
  }
  return { low, high, divisors, ...blame };
}

/** Whether a format speaks of numbers only. */
export function isNumberFormat(format: string): boolean {
  return Object.hasOwn(formats, format) || ['int64', 'float', 'double'].includes(format);
}
