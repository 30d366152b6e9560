import { addAnyArray, addAnyValue, addComma, addSpace } from './json-text.ts';
import { repeated } from './repeated.ts';
import {
  below,
  countsOf,
  listOf,
  type Branch,
  type Node,
  type Nodes,
  type Place,
  type Translation,
} from './schema-node.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

/**
 * Arrays. After listed items (`prefixItems`, or a list of `items` as before 2020-12) more are permitted only where
 * the schema speaks of them or `minItems` needs them: a model has no use for items that nobody described.
 */
export function arrays(nodes: Nodes, translation: Translation): Branch {
  const { builder } = translation;
  const counts = countsOf(nodes, 'minItems', 'maxItems');
  const shapes = nodes.map(shapeOf);
  const listed = Math.max(0, ...shapes.map(({ prefix }) => prefix.length));
  const isSpokenOf = listed === 0 || counts.min > listed || shapes.some(({ rest }) => rest !== undefined);
  let max = isSpokenOf ? counts.max : Math.min(counts.max, listed);
  const itemAt = (at: number) => shapes.flatMap(({ prefix, rest }) => prefix[at] ?? rest ?? []);
  for (let at = 0; at <= listed && at < max; at++) {
    if (itemAt(at).some(({ schema }) => schema === false)) max = at;
  }
  if (counts.min > max) throw new UnsupportedSchema('minItems', counts.path, 'no array is long enough and permitted.');
  if (counts.min === 0 && max === Infinity && listed === 0 && itemAt(0).length === 0) {
    return { body: addAnyArray(builder, addAnyValue(builder)), needs: [] };
  }
  const items = Array.from({ length: Math.min(listed, max) }, (_, at) => translation.ruleFor(itemAt(at), `item-${at}`));
  const rest = max > listed ? translation.ruleFor(itemAt(listed), 'item') : undefined;
  const required = items.slice(0, counts.min);
  const needs = rest !== undefined && counts.min > listed ? [...required, rest] : required;
  return { body: arrayBody(items, rest, { ...counts, max }, translation), needs };
}

function arrayBody(
  items: readonly string[],
  rest: string | undefined,
  { min, max, path }: { min: number; max: number; path: string },
  translation: Translation,
): string {
  const { builder } = translation;
  const [space, comma] = [addSpace(builder), addComma(builder)];
  const close = `${space} "]"`;
  const more = (from: number, to: number) => {
    if (rest === undefined || to <= 0) return close;
    const next = builder.add('items', `${comma} ${rest}`);
    const relax = () => translation.relax('maxItems', path);
    return `${repeated(translation, next, Math.max(0, from), to, relax)} ${close}`;
  };
  const open = `"[" ${space}`;
  const empty = min === 0 ? [`${open} "]"`] : [];
  const [first, ...others] = items;
  if (first === undefined) {
    return rest === undefined || max === 0
      ? `${open} "]"`
      : [`${open} ${rest} ${more(min - 1, max - 1)}`, ...empty].join(' | ');
  }
  // From the last item to the first: what may follow after so many.
  let after = builder.add('tail', more(min - items.length, max - items.length));
  for (let at = others.length; at >= 1; at--) {
    const next = `${comma} ${items[at]} ${after}`;
    after = builder.add('tail', at >= min ? `${next} | ${close}` : next);
  }
  return [`${open} ${first} ${after}`, ...empty].join(' | ');
}

/** What one node says of items: those of some places, and all the others. */
function shapeOf(node: Node): { prefix: readonly Place[]; rest: Place | undefined } {
  const { schema } = node;
  const isOldTuple = Array.isArray(schema['items']);
  const prefix = isOldTuple ? listOf(node, 'items') : listOf(node, 'prefixItems');
  const keyword = isOldTuple ? 'additionalItems' : 'items' in schema ? 'items' : 'unevaluatedItems';
  return { prefix, rest: schema[keyword] === undefined ? undefined : below(node, schema[keyword], keyword) };
}
