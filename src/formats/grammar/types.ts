import { isNumberFormat } from './number-bounds.ts';
import type { Nodes, SchemaObject } from './schema-node.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

export type Type = 'null' | 'boolean' | 'integer' | 'number' | 'string' | 'array' | 'object';

/** In the order in which a grammar offers them. */
export const allTypes: readonly Type[] = ['object', 'array', 'string', 'number', 'integer', 'boolean', 'null'];

/** Keywords that speak of one type only. */
const speakingOf: Readonly<Record<string, Type>> = {
  properties: 'object',
  required: 'object',
  additionalProperties: 'object',
  patternProperties: 'object',
  propertyNames: 'object',
  minProperties: 'object',
  maxProperties: 'object',
  items: 'array',
  prefixItems: 'array',
  minItems: 'array',
  maxItems: 'array',
  contains: 'array',
  uniqueItems: 'array',
  minLength: 'string',
  maxLength: 'string',
  pattern: 'string',
  minimum: 'number',
  maximum: 'number',
  exclusiveMinimum: 'number',
  exclusiveMaximum: 'number',
  multipleOf: 'number',
};

/**
 * The types that some nodes permit. Where no `type` is given, the keywords tell which types are meant: strictly
 * `{"minLength": 1}` permits any number too, but nobody means that. Whole numbers are `integer` where other
 * numbers are refused, and within `number` otherwise.
 */
export function typesOf(nodes: Nodes): Type[] {
  let types = permittedTypes(nodes);
  if (nodes.every(({ schema }) => schema['type'] === undefined)) {
    const meant = nodes.flatMap(({ schema }) => meantTypes(schema));
    if (meant.length > 0) types = new Set(meant);
  }
  for (const { schema } of nodes) for (const type of forbiddenTypes(schema['not'])) types.delete(type);
  if (types.has('number')) types.delete('integer');
  return allTypes.filter((type) => types.has(type));
}

/** The types that some nodes permit by their `type`, all of them where they have none. */
export function permittedTypes(nodes: Nodes): Set<Type> {
  let types = new Set<Type>(allTypes);
  for (const { schema, path } of nodes) types = types.intersection(givenTypes(schema, path) ?? types);
  return types;
}

/** Whether a `not` says no more than which types are refused, as far as a grammar can follow that. */
export function isAboutTypes(not: unknown): boolean {
  return forbiddenTypes(not).length > 0;
}

function givenTypes(schema: SchemaObject, path: string): Set<Type> | undefined {
  const { type } = schema;
  if (type === undefined) return undefined;
  const given = new Set<Type>();
  for (const name of Array.isArray(type) ? (type as unknown[]) : [type]) {
    const known = allTypes.find((known_) => known_ === name);
    if (name !== 'any' && known === undefined) {
      throw new UnsupportedSchema('type', path, `${JSON.stringify(name).slice(0, 80)} is not a type.`);
    }
    for (const each of known === undefined ? allTypes : [known]) given.add(each);
  }
  if (given.has('number')) given.add('integer');
  if (schema['nullable'] === true) given.add('null');
  return given;
}

function meantTypes(schema: SchemaObject): Type[] {
  const { format } = schema;
  const types = Object.keys(schema).flatMap((keyword) => speakingOf[keyword] ?? []);
  if (typeof format === 'string') types.push(isNumberFormat(format) ? 'number' : 'string');
  return types;
}

function forbiddenTypes(not: unknown): Type[] {
  if (typeof not !== 'object' || not === null || Object.keys(not).length !== 1 || !('type' in not)) return [];
  const names: unknown[] = Array.isArray(not.type) ? not.type : [not.type];
  // Numbers that are not whole are no type of their own.
  if (names.includes('integer') && !names.includes('number')) return [];
  const types = allTypes.filter((type) => names.includes(type));
  return types.includes('number') ? [...types, 'integer'] : types;
}
