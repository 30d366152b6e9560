import { isObject } from '../../lib/is-object.ts';
import type { Resolve } from './references.ts';
import { listOf, type Node, type Nodes, type Place } from './schema-node.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

/** Keywords that refer to another schema. A dynamic one is as good as a plain one within a single document. */
const referring = ['$ref', '$dynamicRef', '$recursiveRef'];

/**
 * Everything that a value must satisfy, with `$ref` and `allOf` followed; undefined where `false` is among it.
 * The same node counts once however often it is referred to, so that this ends.
 */
export function conjunction(places: readonly Place[], resolve: Resolve): Nodes | undefined {
  const nodes = new Map<object, Node>();
  const pending = [...places];
  for (let place = pending.shift(); place !== undefined; place = pending.shift()) {
    const { schema, path } = place;
    if (schema === true) continue;
    if (schema === false) return undefined;
    if (!isObject(schema)) throw new UnsupportedSchema('schema', path, 'it must be an object or a boolean.');
    if (nodes.has(schema)) continue;
    const node = { schema, path };
    nodes.set(schema, node);
    for (const keyword of referring) if (keyword in schema) pending.push(resolve(schema[keyword], path));
    pending.push(...listOf(node, 'allOf'));
  }
  return [...nodes.values()];
}
