import { isObject } from '../../lib/is-object.ts';
import { createResolver } from '../grammar/references.ts';
import { UnsupportedSchema } from '../grammar/unsupported-schema.ts';
import { TextSource } from './text-source.ts';
import { transcodeValue } from './transcode-value.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** Of one schema that are looked at for what it says of its members. */
const mostParts = 100;

/** The types a schema admits, by `type`, `enum`, `const`, combinations and local references; empty when it does not say. */
export function typesOf(of: unknown, root: Schema | undefined, depth = 0): ReadonlySet<string> {
  const types = new Set<string>();
  const schema = asSchema(of);
  if (!schema || depth > 8) return types;
  const { type } = schema;
  for (const name of Array.isArray(type) ? type : [type]) if (typeof name === 'string') types.add(name);
  if (types.size > 0) return types;
  const values = Array.isArray(schema['enum']) ? schema['enum'] : 'const' in schema ? [schema['const']] : [];
  for (const value of values) types.add(typeOf(value));
  for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
    const parts = schema[keyword];
    if (Array.isArray(parts))
      for (const part of parts) for (const name of typesOf(asSchema(part), root, depth + 1)) types.add(name);
  }
  for (const name of typesOf(referredBy(schema, root), root, depth + 1)) types.add(name);
  if (types.size === 0 && asSchema(schema['properties'])) types.add('object');
  return types;
}

/** What a schema says of a property, itself or by what it refers to and consists of; undefined when it does not say. */
export function propertyOf(schema: Schema | undefined, key: string, root: Schema | undefined): Schema | undefined {
  const parts = partsOf(schema, root);
  const asked = parts.flatMap((part) => askedOf(part, key));
  return oneOf(asked.length > 0 ? asked : parts.map(({ additionalProperties }) => additionalProperties));
}

/** What a schema by itself asks of a property: as the one of that name, or as one of all others where it can be told. */
export function askedOf({ properties, additionalProperties, patternProperties }: Schema, key: string): unknown[] {
  if (isObject(properties) && Object.hasOwn(properties, key)) return [properties[key]];
  return additionalProperties === undefined || patternProperties !== undefined ? [] : [additionalProperties];
}

/** What a schema says of the items of a list, whichever place they have. */
export function itemsOf(schema: Schema | undefined, root: Schema | undefined): Schema | undefined {
  return oneOf(partsOf(schema, root).flatMap(({ items, prefixItems }) => [items, prefixItems].flat()));
}

function oneOf(values: readonly unknown[]): Schema | undefined {
  const schemas = values.map((value) => asSchema(value)).filter((schema) => schema !== undefined);
  return schemas.length > 1 ? { anyOf: schemas } : schemas[0];
}

/** A schema, and all that it refers to and consists of. */
function partsOf(schema: Schema | undefined, root: Schema | undefined): Schema[] {
  const parts = new Set<Schema>();
  const add = (part: Schema | undefined) => part && parts.size < mostParts && parts.add(part);
  add(schema);
  for (const part of parts) {
    add(referredBy(part, root));
    for (const keyword of ['anyOf', 'oneOf', 'allOf']) {
      const members = part[keyword];
      if (Array.isArray(members)) for (const member of members) add(asSchema(member));
    }
  }
  return [...parts];
}

/**
 * JSON for a value written as plain text: what it says as JSON, or as a Python literal, where the types admit
 * that; else the text as a string.
 */
export function jsonOfText(text: string, types: ReadonlySet<string>): string {
  if (types.size === 1 && types.has('string')) return JSON.stringify(text);
  const json = parseLoosely(text.trim());
  if (json === undefined) return JSON.stringify(text);
  const type = typeOf(JSON.parse(json));
  const isAdmitted =
    types.size === 0 || types.has(type) || (type === 'integer' && types.has('number')) || !types.has('string');
  return isAdmitted ? json : JSON.stringify(text);
}

function parseLoosely(text: string): string | undefined {
  try {
    JSON.parse(text);
    return text;
  } catch {
    const source = new TextSource();
    source.append(text);
    source.end = 'complete';
    const pieces: string[] = [];
    const { value } = transcodeValue(source, (piece) => pieces.push(piece)).next();
    return value === 'complete' && source.unread === 0 ? pieces.join('') : undefined;
  }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function asSchema(value: unknown): Schema | undefined {
  return isObject(value) ? value : undefined;
}

/** What the `$ref` of a schema leads to, if it does. */
function referredBy({ $ref: reference }: Schema, root: Schema | undefined): Schema | undefined {
  if (reference === undefined) return undefined;
  try {
    return asSchema(createResolver(root)(reference, '').schema);
  } catch (failure) {
    if (!(failure instanceof UnsupportedSchema)) throw failure;
    return undefined;
  }
}
