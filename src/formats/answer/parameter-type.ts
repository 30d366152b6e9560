import { TextSource } from './text-source.ts';
import { transcodeValue } from './transcode-value.ts';

export type Schema = Readonly<Record<string, unknown>>;

/** The types a schema admits, by `type`, `enum`, `const`, combinations and local references; empty when it does not say. */
export function typesOf(schema: Schema | undefined, root: Schema | undefined, depth = 0): ReadonlySet<string> {
  const types = new Set<string>();
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
  const reference = schema['$ref'];
  if (typeof reference === 'string')
    for (const name of typesOf(resolve(reference, root), root, depth + 1)) types.add(name);
  if (types.size === 0 && asSchema(schema['properties'])) types.add('object');
  return types;
}

export function propertyOf(schema: Schema | undefined, key: string): Schema | undefined {
  const properties = asSchema(schema?.['properties']);
  return properties && Object.hasOwn(properties, key)
    ? asSchema(properties[key])
    : asSchema(schema?.['additionalProperties']);
}

export function itemsOf(schema: Schema | undefined): Schema | undefined {
  return asSchema(schema?.['items']);
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
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Schema) : undefined;
}

function resolve(reference: string, root: Schema | undefined): Schema | undefined {
  if (!reference.startsWith('#/')) return undefined;
  let at = root;
  for (const step of reference.slice(2).split('/')) at = at && Object.hasOwn(at, step) ? asSchema(at[step]) : undefined;
  return at;
}
