import type { Schema } from '../answer/parameter-type.ts';
import type { RequestBudget } from '../grammar/limits.ts';
import { below, numberOf, type Place } from '../grammar/schema-node.ts';
import type { Type } from '../grammar/types.ts';
import { UnsupportedSchema } from '../grammar/unsupported-schema.ts';
import type { ToolDefinition } from '../tool-definition.ts';
import { waysOf, type Parameter, type Way } from './ways.ts';

export interface Relaxed {
  readonly keyword: string;
  /** Where the keyword stands, the keyword included. */
  readonly path: string;
}

/** The same, and of which tool's schema. */
export interface RelaxedInTool extends Relaxed {
  readonly tool: string;
}

export interface RuleCollector {
  add(name: string, body: string): string;
  build(root: string): string;
}

/** What grammars are made of: the builder, and what adds rules to it for JSON of a schema and for text up to a mark. */
export interface GrammarParts {
  readonly builder: RuleCollector;
  readonly literal: (text: string) => string;
  /** For values that satisfy all of some places in a schema. */
  readonly addJson: (
    places: readonly Place[],
    root: Schema,
    name: string,
  ) => { rule: string; relaxed: readonly Relaxed[] };
  readonly addTextUntil: (stop: string) => string;
  readonly budget: RequestBudget;
}

export interface Rules {
  readonly parts: GrammarParts;
  readonly relaxed: Relaxed[];
  /** White space a family may write between marks. */
  readonly gap: string;
}

/** Adds the rule for a call of any offered tool, each as it is spelled. */
export type OneOf = (spell: (tool: ToolDefinition) => string) => string;

/** The rule for white space that a family may write beside marks, or a model after a call. */
export function addGap(builder: RuleCollector): string {
  return builder.add('gap', '[ \\n]{0,3}');
}

export function repeated(builder: RuleCollector, call: string, separator: string, parallel: boolean): string {
  return parallel ? `${call} ${builder.add('next', `${separator} ${call}`)}*` : call;
}

/** Members in order, the optional ones left out or not, with separators between those that are there. */
export function separated(
  builder: RuleCollector,
  members: readonly { body: string; isRequired: boolean }[],
  separator: string,
): string {
  const required = members.filter(({ isRequired }) => isRequired).map(({ body }) => builder.add('member', body));
  const optional = members.filter(({ isRequired }) => !isRequired).map(({ body }) => builder.add('member', body));
  const rest = optional.map((rule) => `${builder.add('more', `${separator} ${rule}`)}?`);
  if (required.length > 0) return [required.join(` ${separator} `), ...rest].join(' ');
  const starts = optional.map((rule, at) => [rule, ...rest.slice(at + 1)].join(' '));
  return optional.length === 0 ? '' : builder.add('members', [...starts, '""'].join(' | '));
}

/** One of some bodies, each of which may be empty. */
export function oneBody({ parts: { builder } }: Rules, bodies: readonly string[], name: string): string {
  const different = [...new Set(bodies.map((body) => (body === '' ? '""' : body)))];
  return different.length === 1 ? (bodies[0] ?? '') : builder.add(name, different.join(' | '));
}

/** All the parameters of a tool: an object. */
export function parametersOf({ parameters = {} }: ToolDefinition): Parameter {
  return { schema: { ...parameters, type: 'object' }, path: '', root: parameters };
}

/** Keywords by which an object has members that its own `properties` do not show. */
const elsewhere = ['$ref', '$dynamicRef', '$recursiveRef', 'allOf', 'anyOf', 'oneOf', 'minProperties'];

/** The parameters as one JSON text. What the schema does not name is not written, unless it must be. */
export function addArguments(rules: Rules, tool: ToolDefinition): string {
  const { schema, ...whole } = parametersOf(tool);
  const { properties = {}, required = [] } = schema as Schema;
  const isUndeclared = (name: unknown) => typeof name === 'string' && !Object.hasOwn(properties as object, name);
  const isWhole =
    !elsewhere.some((keyword) => keyword in (schema as Schema)) &&
    !(Array.isArray(required) && required.some(isUndeclared));
  const closed = isWhole ? { properties: {}, additionalProperties: false, ...(schema as Schema) } : schema;
  return addSchema(rules, { ...whole, schema: closed }, `${tool.name}-arguments`);
}

/** A rule for a parameter as JSON, of one type where one is given. */
export function addSchema(
  { parts, relaxed }: Rules,
  { schema, path, root }: Parameter,
  name: string,
  type?: Type,
): string {
  const added = parts.addJson([{ schema, path }, ...(type ? [{ schema: { type }, path }] : [])], root, name);
  relaxed.push(...added.relaxed);
  return added.rule;
}

/**
 * The ways to satisfy a parameter, one at least; what that relaxes is noted.
 *
 * @throws UnsupportedSchema where there is none.
 */
export function ways({ parts, relaxed }: Rules, parameter: Parameter): Way[] {
  const found = waysOf(parameter, parts.budget, (keyword, path) =>
    relaxed.push({ keyword, path: `${path}/${keyword}` }),
  );
  if (found.length === 0) throw new UnsupportedSchema('type', parameter.path, 'no value satisfies all of it.');
  return found;
}

/** Notes those of some keywords that a parameter has, which nobody holds a model to. */
export function relax({ relaxed }: Rules, { schema, path }: Way, keywords: readonly string[]): void {
  for (const keyword of keywords) if (keyword in schema) relaxed.push({ keyword, path: `${path}/${keyword}` });
}

/** What is asked of an object beyond its properties and their number. */
const ofObjects =
  'propertyNames patternProperties enum const not if dependentRequired dependentSchemas dependencies'.split(' ');

/** The properties of a way to write an object: those that it names or requires. What else is asked of it is relaxed. */
export function propertiesOf(rules: Rules, way: Way) {
  relax(rules, way, ofObjects);
  const { properties, required, additionalProperties: others = {} } = way.schema;
  const declared = (properties ?? {}) as Record<string, unknown>;
  const names = Array.isArray(required) ? (required as unknown[]).filter((name) => typeof name === 'string') : [];
  const keys = [...new Set([...Object.keys(declared), ...names])];
  if (names.length < (numberOf(way, 'minProperties') ?? 0)) relax(rules, way, ['minProperties']);
  if (keys.length > (numberOf(way, 'maxProperties') ?? Infinity)) relax(rules, way, ['maxProperties']);
  const property = (key: string): Parameter =>
    Object.hasOwn(declared, key)
      ? { ...way, ...below(way, declared[key], 'properties', key) }
      : { ...way, ...below(way, others, 'additionalProperties') };
  return keys
    .map((key) => ({ key, parameter: property(key), isRequired: names.includes(key) }))
    .filter(({ parameter, isRequired }) => isRequired || parameter.schema !== false);
}

/** What is asked of a list beyond its items. */
const ofLists = 'minItems maxItems uniqueItems contains prefixItems enum const not if'.split(' ');

/**
 * What any item of a list has to be; undefined where there may be none. What else is asked of the list is relaxed, and
 * places with it: where each has a schema of its own, an item may be what one of them asks.
 */
export function itemOf(rules: Rules, way: Way): Parameter | undefined {
  const { items, prefixItems, additionalItems } = way.schema;
  const isOldTuple = Array.isArray(items);
  relax(rules, way, isOldTuple ? ['items', ...ofLists] : ofLists);
  const [keyword, places, others] = isOldTuple
    ? ['items', items as unknown[], additionalItems]
    : ['prefixItems', prefixItems, items];
  if (!Array.isArray(places)) return items === false ? undefined : { ...way, ...below(way, items ?? {}, 'items') };
  const all = others === undefined ? (places as unknown[]) : [...(places as unknown[]), others];
  // Equal places are one: a list of lists like itself would be written out for each of them.
  const anyOf = [...new Map(all.map((schema) => [JSON.stringify(schema), schema])).values()].filter(
    (schema) => schema !== false,
  );
  if (anyOf.length > 0) return { ...way, ...below(way, { anyOf }, keyword) };
  return all.length > 0 ? undefined : { ...way, ...below(way, {}, keyword) };
}
