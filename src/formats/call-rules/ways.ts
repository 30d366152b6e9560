import { isObject } from '../../lib/is-object.ts';
import { alternativesOf } from '../grammar/alternatives.ts';
import { conjunction } from '../grammar/conjunction.ts';
import { Budget, type RequestBudget } from '../grammar/limits.ts';
import { createResolver } from '../grammar/references.ts';
import type { Node, Nodes, Place, SchemaObject } from '../grammar/schema-node.ts';
import { askedOf, type Schema } from '../answer/parameter-type.ts';

/** A part of a tool's parameters, and the whole that its references lead into. */
export interface Parameter extends Place {
  readonly root: Schema;
}

/** A way to satisfy a parameter: without references, and without choices of its own. */
export interface Way extends Parameter {
  readonly schema: SchemaObject;
}

/** What looking at one parameter costs of what a request may. */
const cost = 50;

/**
 * Every way to satisfy a parameter, its references and combinations followed; none where nothing does. `relax` is told
 * of choices that exclude each other, which nobody who writes one way after the other can see to.
 *
 * @throws UnsupportedSchema where a reference leads nowhere, or there are too many ways.
 */
export function waysOf(
  parameter: Parameter,
  request: RequestBudget,
  relax: (keyword: string, path: string) => void,
): Way[] {
  const { path, root } = parameter;
  const resolve = createResolver(root);
  const budget = new Budget(request);
  budget.spend(cost);
  const nodes = conjunction([parameter], resolve);
  if (nodes === undefined) return [];
  return alternativesOf(nodes, resolve, { budget, relax })
    .map((way) => ({ schema: merged(way), path, root }))
    .filter(({ schema: { type } }) => !Array.isArray(type) || type.length > 0);
}

/** Nodes as one. Of keywords that are not merged the first counts: what they ask is noted as relaxed by who cannot hold to it. */
function merged(nodes: Nodes): SchemaObject {
  const whole: Record<string, unknown> = {};
  for (const { schema } of nodes.map(withoutCombinations)) {
    for (const [keyword, value] of Object.entries(schema)) {
      const own = whole[keyword];
      whole[keyword] = own === undefined ? value : both(keyword, own, value);
    }
  }
  return 'properties' in whole ? { ...whole, properties: propertiesOf(nodes) } : whole;
}

/** What each of some nodes asks of every property that one of them declares, be it as one of the others. */
function propertiesOf(nodes: Nodes): SchemaObject {
  const names = nodes.flatMap(({ schema: { properties } }) => (isObject(properties) ? Object.keys(properties) : []));
  return Object.fromEntries(
    [...new Set(names)].map((name) => {
      const asked = nodes.flatMap(({ schema }) => askedOf(schema, name));
      return [name, asked.includes(false) ? false : asked.length === 1 ? asked[0] : { allOf: asked }];
    }),
  );
}

function both(keyword: string, one: unknown, other: unknown): unknown {
  switch (keyword) {
    case 'type':
      return commonTypes(listed(one), listed(other));
    case 'enum':
      return listed(one).filter((value) => listed(other).includes(value));
    case 'required':
      return [...new Set([...listed(one), ...listed(other)])];
    case 'items':
    case 'additionalProperties':
      return { allOf: [one, other] };
    default:
      return one;
  }
}

function commonTypes(one: readonly unknown[], other: readonly unknown[]): unknown[] {
  const admits = (types: readonly unknown[], type: unknown) =>
    types.includes(type) || (type === 'integer' && types.includes('number'));
  return [...new Set([...one.filter((type) => admits(other, type)), ...other.filter((type) => admits(one, type))])];
}

function listed(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [value];
}

const combinations: ReadonlySet<string> = new Set(
  '$ref $dynamicRef $recursiveRef allOf anyOf oneOf $defs definitions'.split(' '),
);

function withoutCombinations(node: Node): Node {
  const kept = Object.entries(node.schema).filter(([keyword]) => !combinations.has(keyword));
  return { ...node, schema: Object.fromEntries(kept) };
}
