import { isObject } from '../../lib/is-object.ts';
import { limits } from './limits.ts';
import type { Resolve } from './references.ts';
import { listOf, type Node, type Place } from './schema-node.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

/**
 * Bounds a schema before anything is made of it: its size, its depth, its enumerations, its patterns. Walks it
 * once with a list of its own, so that depth costs no stack.
 */
export function lintSchema(root: unknown): void {
  const refuse = (keyword: string, reason: string) => {
    throw new UnsupportedSchema(keyword, '', reason);
  };
  let [bytes, nodes, values] = [0, 0, 0];
  const pending: { value: unknown; depth: number; key: string; parent: string }[] = [
    { value: root, depth: 0, key: '', parent: '' },
  ];
  for (let item = pending.pop(); item !== undefined; item = pending.pop()) {
    const { value, depth, key, parent } = item;
    bytes += key.length + 4 + (typeof value === 'string' ? value.length : 0);
    if (bytes > limits.schemaBytes) refuse('$schema', `the schema is larger than ${limits.schemaBytes} bytes.`);
    if (depth > limits.schemaDepth) refuse('$schema', `the schema is deeper than ${limits.schemaDepth} levels.`);
    if (key === 'pattern' || parent === 'patternProperties') {
      const pattern = key === 'pattern' ? value : key;
      if (typeof pattern === 'string' && pattern.length > limits.patternLength) {
        refuse('pattern', `a regular expression is longer than ${limits.patternLength} characters.`);
      }
    }
    if (typeof value !== 'object' || value === null) continue;
    nodes++;
    if (nodes > limits.schemaNodes) refuse('$schema', `the schema has more than ${limits.schemaNodes} parts.`);
    if (key === 'enum' && Array.isArray(value)) values += value.length;
    if (values > limits.enumValues) refuse('enum', `there are more than ${limits.enumValues} values in all.`);
    for (const [name, member] of Object.entries(value)) {
      pending.push({ value: member, depth: depth + 1, key: name, parent: key });
    }
  }
}

/**
 * Refuses references that lead back without describing anything on the way, such as `{"$ref": "#"}`: to follow
 * them never ends. A way through `properties` or `items` is fine, since a value ends somewhere. `state` remembers what was seen from one call to the next.
 */
export function lintReferences(place: Place, resolve: Resolve, state: Map<object, 'open' | 'done'>): void {
  const path: { node: Node; next: Place[] }[] = [];
  const enter = ({ schema, path: at }: Place) => {
    if (!isObject(schema) || state.get(schema) === 'done') return;
    if (state.get(schema) === 'open') throw new UnsupportedSchema('$ref', at, 'it refers to itself and nothing else.');
    if (path.length >= limits.referenceDepth) throw new UnsupportedSchema('$ref', at, 'its references go too deep.');
    const node = { schema, path: at };
    state.set(schema, 'open');
    const references = ['$ref', '$dynamicRef', '$recursiveRef'].filter((keyword) => keyword in schema);
    const next = references.map((keyword) => resolve(schema[keyword], at));
    for (const keyword of ['allOf', 'anyOf', 'oneOf']) next.push(...listOf(node, keyword));
    for (const keyword of ['not', 'if', 'then', 'else']) {
      if (keyword in schema) next.push({ schema: schema[keyword], path: `${at}/${keyword}` });
    }
    path.push({ node, next });
  };
  enter(place);
  for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
    const next = step.next.pop();
    if (next !== undefined) enter(next);
    else {
      state.set(step.node.schema, 'done');
      path.pop();
    }
  }
}
