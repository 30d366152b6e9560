import { conjunction } from './conjunction.ts';
import type { Resolve } from './references.ts';
import {
  below,
  entriesOf,
  isObject,
  listOf,
  numberOf,
  type Node,
  type Place,
  type SchemaObject,
} from './schema-node.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

/** How a value is compared with schemas: what that may cost, and what strings have to be. */
export interface Matching {
  /** Schemas within schemas that a value is checked against, each a few frames of the stack. */
  readonly deepest: number;
  /** Takes note of work; throws when there was too much of it. */
  spend(steps: number): void;
  /** Whether a text satisfies the `pattern` and the `format` of a node, or may, where that cannot be told. */
  satisfies(text: string, node: Node): boolean;
}

/**
 * Whether a value satisfies all of some schemas: it decides which values of an enumeration can be meant, and whether
 * a finished text is what was asked for. References that circle end at the depth bound.
 */
export function matchesSchema(
  value: unknown,
  places: readonly Place[],
  resolve: Resolve,
  matching: Matching,
  depth = 0,
): boolean {
  matching.spend(20);
  if (depth > matching.deepest)
    throw new UnsupportedSchema('$ref', places[0]?.path ?? '', 'its references go too deep.');
  const nodes = conjunction(places, resolve);
  return nodes !== undefined && nodes.every((node) => matchesNode(value, node));

  function matchesNode(candidate: unknown, node: Node): boolean {
    const { schema } = node;
    const is = (place: Place) => matchesSchema(candidate, [place], resolve, matching, depth + 1);
    if ('const' in schema && !isSame(schema['const'], candidate)) return false;
    if (Array.isArray(schema['enum']) && !isAmong(candidate, schema['enum'])) return false;
    if (!hasType(schema, candidate)) return false;
    if ('anyOf' in schema && !listOf(node, 'anyOf').some(is)) return false;
    if ('oneOf' in schema && listOf(node, 'oneOf').filter(is).length !== 1) return false;
    if ('not' in schema && is(below(node, schema['not'], 'not'))) return false;
    if ('if' in schema) {
      const branch = is(below(node, schema['if'], 'if')) ? 'then' : 'else';
      if (branch in schema && !is(below(node, schema[branch], branch))) return false;
    }
    if (typeof candidate === 'number') return matchesNumber(candidate, node);
    if (typeof candidate === 'string') return matchesString(candidate, node);
    if (Array.isArray(candidate)) return matchesArray(candidate, node);
    return !isObject(candidate) || matchesObject(candidate, node);
  }

  function isAmong(candidate: unknown, values: readonly unknown[]): boolean {
    if (typeof candidate !== 'object' || candidate === null || values.includes(candidate)) {
      return values.includes(candidate);
    }
    matching.spend(values.length * 50);
    return values.some((each) => isSame(each, candidate));
  }

  function matchesString(text: string, node: Node): boolean {
    const length = Array.from(text).length;
    return (
      length >= (numberOf(node, 'minLength') ?? 0) &&
      length <= (numberOf(node, 'maxLength') ?? Infinity) &&
      matching.satisfies(text, node)
    );
  }

  function matchesArray(items: readonly unknown[], node: Node): boolean {
    const { schema } = node;
    if (!isCountWithin(items.length, node, 'Items')) return false;
    if (schema['uniqueItems'] === true && new Set(items.map((item) => canonical(item))).size < items.length)
      return false;
    const prefix = Array.isArray(schema['items']) ? listOf(node, 'items') : listOf(node, 'prefixItems');
    const keyword = Array.isArray(schema['items']) ? 'additionalItems' : 'items';
    const rest = below(node, schema[keyword] ?? true, keyword);
    const each = (item: unknown, place: Place) => matchesSchema(item, [place], resolve, matching, depth + 1);
    if ('contains' in schema) {
      const count = items.filter((item) => each(item, below(node, schema['contains'], 'contains'))).length;
      const least = numberOf(node, 'minContains') ?? 1;
      if (count < least || count > (numberOf(node, 'maxContains') ?? Infinity)) return false;
    }
    return items.every((item, at) => each(item, prefix[at] ?? rest));
  }

  function matchesObject(object: SchemaObject, node: Node): boolean {
    const { schema } = node;
    const names = Object.keys(object);
    if (!isCountWithin(names.length, node, 'Properties')) return false;
    const required = Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : [];
    if (!required.every((name) => typeof name !== 'string' || Object.hasOwn(object, name))) return false;
    const dependent = isObject(schema['dependentRequired']) ? schema['dependentRequired'] : {};
    const isMissing = (name: unknown) => typeof name === 'string' && !Object.hasOwn(object, name);
    if (names.some((name) => Object.hasOwn(dependent, name) && asList(dependent[name]).some(isMissing))) return false;
    return names.every((name) => {
      const key = 'propertyNames' in schema ? [below(node, schema['propertyNames'], 'propertyNames')] : [];
      if (!matchesSchema(name, key, resolve, matching, depth + 1)) return false;
      const own = entriesOf(node, 'properties').filter(([each]) => each === name);
      const patterned = entriesOf(node, 'patternProperties').filter(([source, { path }]) =>
        matching.satisfies(name, { schema: { pattern: source }, path }),
      );
      const found = [...own, ...patterned].map(([, place]) => place);
      const rest = [below(node, schema['additionalProperties'] ?? true, 'additionalProperties')];
      return matchesSchema(object[name], found.length > 0 ? found : rest, resolve, matching, depth + 1);
    });
  }
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isCountWithin(count: number, node: Node, what: 'Items' | 'Properties'): boolean {
  return count >= (numberOf(node, `min${what}`) ?? 0) && count <= (numberOf(node, `max${what}`) ?? Infinity);
}

function matchesNumber(value: number, node: Node): boolean {
  const { schema } = node;
  const [min, max] = [numberOf(node, 'minimum') ?? -Infinity, numberOf(node, 'maximum') ?? Infinity];
  if (value < min || value > max) return false;
  if (
    (schema['exclusiveMinimum'] === true && value === min) ||
    value <= (numberOf(node, 'exclusiveMinimum') ?? -Infinity)
  ) {
    return false;
  }
  if (
    (schema['exclusiveMaximum'] === true && value === max) ||
    value >= (numberOf(node, 'exclusiveMaximum') ?? Infinity)
  ) {
    return false;
  }
  const quotient = value / (numberOf(node, 'multipleOf') ?? 1);
  return (
    !('multipleOf' in schema) || Math.abs(quotient - Math.round(quotient)) < 1e-9 * Math.max(1, Math.abs(quotient))
  );
}

function hasType({ type, nullable }: SchemaObject, value: unknown): boolean {
  if (type === undefined || (nullable === true && value === null)) return true;
  return asList(Array.isArray(type) ? type : [type]).some((name) => {
    if (name === 'any') return true;
    // Digits beyond a double's reach are read as infinite, and were whole all the same.
    if (name === 'integer') return Number.isInteger(value) || Math.abs(Number(value)) === Infinity;
    if (name === 'null') return value === null;
    if (name === 'array') return Array.isArray(value);
    return name === 'object' ? isObject(value) : typeof value === name;
  });
}

/** Whether two values are the same as JSON: the order of members does not matter. */
export function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && canonical(a) === canonical(b));
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.toSorted().join()}}`;
}
