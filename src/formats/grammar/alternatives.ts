import { isObject } from '../../lib/is-object.ts';
import { conjunction } from './conjunction.ts';
import { limits } from './limits.ts';
import { canonical } from './matches-schema.ts';
import type { Resolve } from './references.ts';
import { listOf, type Node, type Nodes, type Place, type Translation } from './schema-node.ts';
import { permittedTypes, typesOf, type Type } from './types.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

/**
 * Every way to satisfy some nodes where they leave a choice (`anyOf`, `oneOf`), as nodes without choices. The
 * exclusiveness of `oneOf` is relaxed, unless it can be seen that no value satisfies two of it.
 */
export function alternativesOf(
  nodes: Nodes,
  resolve: Resolve,
  translation: Pick<Translation, 'budget' | 'relax'>,
): Nodes[] {
  const done: Nodes[] = [];
  const pending: { nodes: Nodes; chosen: ReadonlySet<unknown> }[] = [{ nodes, chosen: new Set() }];
  for (let way = pending.pop(); way !== undefined; way = pending.pop()) {
    translation.budget.spend(10 + way.nodes.length);
    const choice = nextChoice(way.nodes, way.chosen);
    if (choice === undefined) {
      done.unshift(way.nodes);
      continue;
    }
    const { node, keyword, options } = choice;
    const ways = options.map((option) => conjunction([option], resolve));
    if (options.length === 0) throw new UnsupportedSchema(keyword, node.path, 'it offers nothing.');
    if (keyword === 'oneOf' && !areDisjoint(ways, way.nodes)) translation.relax('oneOf', node.path);
    const chosen = new Set([...way.chosen, node.schema[keyword]]);
    for (const more of ways) {
      if (more === undefined) continue;
      pending.push({ nodes: [...way.nodes, ...more.filter((extra) => !hasNode(way.nodes, extra))], chosen });
    }
    if (pending.length + done.length > limits.alternatives) {
      throw new UnsupportedSchema(keyword, node.path, 'there are too many ways to combine its alternatives.');
    }
  }
  return done;
}

function nextChoice(nodes: Nodes, chosen: ReadonlySet<unknown>) {
  for (const node of nodes) {
    for (const keyword of ['anyOf', 'oneOf'] as const) {
      const value = node.schema[keyword];
      if (Array.isArray(value) && !chosen.has(value)) return { node, keyword, options: listOf(node, keyword) };
    }
  }
  return undefined;
}

function hasNode(nodes: Nodes, { schema }: Node): boolean {
  return nodes.some((node) => node.schema === schema);
}

/**
 * Whether it is plain that no value that is written for one of these, and what is asked besides, satisfies another:
 * their types or their required constants differ.
 */
function areDisjoint(ways: readonly (Nodes | undefined)[], besides: Nodes): boolean {
  const possible = ways.filter((way) => way !== undefined);
  if (possible.length > 64) return false;
  return possible.every((a, at) => possible.slice(at + 1).every((b) => areApart(a, b, besides)));
}

function areApart(a: Nodes, b: Nodes, besides: Nodes): boolean {
  const shared = [...typesShared([...besides, ...a], b), ...typesShared([...besides, ...b], a)];
  if (shared.length === 0) return true;
  const [own, theirs] = [constantsOf(a), constantsOf(b)];
  if (own !== undefined && theirs !== undefined && !own.some((value) => theirs.includes(value))) return true;
  // A tag of something that may also be no object tells nothing apart.
  if (shared.some((type) => type !== 'object')) return false;
  const [tags, otherTags] = [tagsOf(a), tagsOf(b)];
  return [...tags].some(([name, values]) => {
    const rivals = otherTags.get(name);
    return rivals !== undefined && !values.some((value) => rivals.includes(value));
  });
}

/** The types of what is written for some nodes that others permit, if only by saying nothing of them. */
function typesShared(written: Nodes, others: Nodes): Type[] {
  const permitted = permittedTypes(others);
  return typesOf(written).filter((type) => permitted.has(type) || (type === 'number' && permitted.has('integer')));
}

function constantsOf(nodes: readonly Place[]): string[] | undefined {
  for (const { schema } of nodes) {
    if (!isObject(schema)) continue;
    if ('const' in schema) return [canonical(schema['const'])];
    if (Array.isArray(schema['enum'])) return schema['enum'].map((value) => canonical(value));
  }
  return undefined;
}

/** The constants of required properties, by name. */
function tagsOf(nodes: Nodes): Map<string, readonly string[]> {
  const required = new Set(
    nodes.flatMap(({ schema }) => (Array.isArray(schema['required']) ? schema['required'] : [])),
  );
  const tags = new Map<string, readonly string[]>();
  for (const { schema } of nodes) {
    for (const [name, property] of Object.entries(isObject(schema['properties']) ? schema['properties'] : {})) {
      const values = constantsOf([{ schema: property, path: '' }]);
      if (values !== undefined && required.has(name)) tags.set(name, values);
    }
  }
  return tags;
}
