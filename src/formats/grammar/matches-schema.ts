import { isObject } from '../../lib/is-object.ts';
import { conjunction } from './conjunction.ts';
import { decimalOf, type Decimal } from './decimal.ts';
import type { Resolve } from './references.ts';
import { below, entriesOf, listOf, numberOf, type Node, type Place, type SchemaObject } from './schema-node.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';
import { everyOf, opposite, someOf, type Verdict } from './verdict.ts';

/** How a value is compared with schemas: what that may cost, and what strings have to be. */
export interface Matching {
  /** Schemas within schemas that a value is checked against, each a few frames of the stack. */
  readonly deepest: number;
  /** Takes note of work; throws when there was too much of it. */
  spend(steps: number): void;
  /** Whether a text satisfies the `pattern` and the `format` of a node. */
  satisfies(text: string, node: Node): Verdict;
}

/** Keywords that are not followed. */
const unfollowed = { array: 'unevaluatedItems', object: 'unevaluatedProperties' } as const;

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
): Verdict {
  matching.spend(20);
  if (depth > matching.deepest)
    throw new UnsupportedSchema('$ref', places[0]?.path ?? '', 'its references go too deep.');
  const nodes = conjunction(places, resolve);
  return nodes === undefined ? false : everyOf(nodes, (node) => matchesNode(value, node));

  function matchesNode(candidate: unknown, node: Node): Verdict {
    const { schema } = node;
    if ('const' in schema && !isSame(schema['const'], candidate)) return false;
    if (Array.isArray(schema['enum']) && !isAmong(candidate, schema['enum'])) return false;
    if (!hasType(schema, candidate)) return false;
    return everyOf([combines, matchesType], (asks) => asks(candidate, node));
  }

  function combines(candidate: unknown, node: Node): Verdict {
    const { schema } = node;
    const is = (place: Place) => matchesSchema(candidate, [place], resolve, matching, depth + 1);
    const isBranch = (branch: 'then' | 'else') => !(branch in schema) || is(below(node, schema[branch], branch));
    const asked: (() => Verdict)[] = [];
    if ('anyOf' in schema) asked.push(() => someOf(listOf(node, 'anyOf'), is));
    if ('oneOf' in schema) asked.push(() => isOne(listOf(node, 'oneOf').map(is)));
    if ('not' in schema) asked.push(() => opposite(is(below(node, schema['not'], 'not'))));
    if ('if' in schema) {
      asked.push(() => {
        const holds = is(below(node, schema['if'], 'if'));
        if (holds !== undefined) return isBranch(holds ? 'then' : 'else');
        const [first, second] = [isBranch('then'), isBranch('else')];
        return first === second ? first : undefined;
      });
    }
    return everyOf(asked, (ask) => ask());
  }

  function matchesType(candidate: unknown, node: Node): Verdict {
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

  function matchesString(text: string, node: Node): Verdict {
    const length = Array.from(text).length;
    const isWithin =
      length >= (numberOf(node, 'minLength') ?? 0) && length <= (numberOf(node, 'maxLength') ?? Infinity);
    return isWithin && matching.satisfies(text, node);
  }

  function matchesArray(items: readonly unknown[], node: Node): Verdict {
    const { schema } = node;
    if (!isCountWithin(items.length, node, 'Items')) return false;
    if (schema['uniqueItems'] === true && new Set(items.map((item) => canonical(item))).size < items.length)
      return false;
    const prefix = Array.isArray(schema['items']) ? listOf(node, 'items') : listOf(node, 'prefixItems');
    const keyword = Array.isArray(schema['items']) ? 'additionalItems' : 'items';
    const rest = below(node, schema[keyword] ?? true, keyword);
    const each = (item: unknown, place: Place) => matchesSchema(item, [place], resolve, matching, depth + 1);
    const asked: (() => Verdict)[] = [];
    if ('contains' in schema) {
      asked.push(() => {
        const found = items.map((item) => each(item, below(node, schema['contains'], 'contains')));
        return isCount(found, numberOf(node, 'minContains') ?? 1, numberOf(node, 'maxContains') ?? Infinity);
      });
    }
    asked.push(() => everyOf([...items.entries()], ([at, item]) => each(item, prefix[at] ?? rest)));
    if (unfollowed.array in schema) asked.push(() => undefined);
    return everyOf(asked, (ask) => ask());
  }

  function matchesObject(object: SchemaObject, node: Node): Verdict {
    const { schema } = node;
    const names = Object.keys(object);
    if (!isCountWithin(names.length, node, 'Properties')) return false;
    const required = Array.isArray(schema['required']) ? (schema['required'] as unknown[]) : [];
    const isMissing = (name: unknown) => typeof name === 'string' && !Object.hasOwn(object, name);
    if (required.some(isMissing)) return false;
    const asked: (() => Verdict)[] = [];
    for (const keyword of ['dependentRequired', 'dependentSchemas', 'dependencies']) {
      for (const [name, place] of entriesOf(node, keyword)) {
        if (!Object.hasOwn(object, name)) continue;
        if (Array.isArray(place.schema)) asked.push(() => !asList(place.schema).some(isMissing));
        else asked.push(() => matchesSchema(object, [place], resolve, matching, depth + 1));
      }
    }
    asked.push(() => everyOf(names, (name) => matchesMember(object, name, node)));
    if (unfollowed.object in schema) asked.push(() => undefined);
    return everyOf(asked, (ask) => ask());
  }

  function matchesMember(object: SchemaObject, name: string, node: Node): Verdict {
    const { schema } = node;
    const is = (value_: unknown, all: readonly Place[]) => matchesSchema(value_, all, resolve, matching, depth + 1);
    const key = 'propertyNames' in schema ? [below(node, schema['propertyNames'], 'propertyNames')] : [];
    const own = entriesOf(node, 'properties').filter(([each]) => each === name);
    const patterned = entriesOf(node, 'patternProperties').map(([source, place]) => ({
      place,
      isMeant: matching.satisfies(name, { schema: { pattern: source }, path: place.path }),
    }));
    const meant = [
      ...own.map(([, place]) => place),
      ...patterned.filter(({ isMeant }) => isMeant).map(({ place }) => place),
    ];
    const isDoubtful = patterned.some(({ isMeant }) => isMeant === undefined);
    const rest = [below(node, schema['additionalProperties'] ?? true, 'additionalProperties')];
    return everyOf(
      [
        () => is(name, key),
        // In doubt whether a pattern speaks of it, none of the others does for sure.
        () => (meant.length === 0 && isDoubtful ? true : is(object[name], meant.length > 0 ? meant : rest)),
        () => (isDoubtful ? undefined : true),
      ],
      (ask) => ask(),
    );
  }
}

/** Whether exactly one of some holds. */
function isOne(verdicts: readonly Verdict[]): Verdict {
  return isCount(verdicts, 1, 1);
}

function isCount(verdicts: readonly Verdict[], least: number, most: number): Verdict {
  const sure = verdicts.filter((verdict) => verdict === true).length;
  const possible = sure + verdicts.filter((verdict) => verdict === undefined).length;
  if (possible < least || sure > most) return false;
  return sure >= least && possible <= most ? true : undefined;
}

function asList(value: unknown): unknown[] {
  return Array.isArray(value) ? value : [];
}

function isCountWithin(count: number, node: Node, what: 'Items' | 'Properties'): boolean {
  return count >= (numberOf(node, `min${what}`) ?? 0) && count <= (numberOf(node, `max${what}`) ?? Infinity);
}

function matchesNumber(value: number, node: Node): Verdict {
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
  const divisor = numberOf(node, 'multipleOf');
  return divisor === undefined || isMultiple(value, divisor);
}

/** Whether a number is a multiple of another, as their decimals say. What a double rounds to whole numbers is not known well enough. */
function isMultiple(value: number, divisor: number): Verdict {
  if (Math.abs(value) > Number.MAX_SAFE_INTEGER || divisor <= 0) return undefined;
  const [number, unit] = [decimalOf(value), decimalOf(divisor)];
  const places = Math.max(number.fraction.length, unit.fraction.length);
  const scaled = ({ whole, fraction }: Decimal) => BigInt(whole + fraction.padEnd(places, '0'));
  return scaled(number) % scaled(unit) === 0n;
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
function isSame(a: unknown, b: unknown): boolean {
  return a === b || (typeof a === 'object' && typeof b === 'object' && canonical(a) === canonical(b));
}

/** A value as JSON, the same text for the same value. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((item) => canonical(item)).join()}]`;
  if (!isObject(value)) return JSON.stringify(value);
  const members = Object.entries(value).map(([name, member]) => `${JSON.stringify(name)}:${canonical(member)}`);
  return `{${members.toSorted().join()}}`;
}
