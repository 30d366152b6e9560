import { accepts, allBut, both, textsOf, TooManyStates, type Automaton } from './automaton.ts';
import { limits } from './limits.ts';
import { below, entriesOf, type Node, type Nodes, type Place, type Translation } from './schema-node.ts';
import { patternAutomaton } from './strings.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

export interface Declared {
  readonly name: string;
  readonly isRequired: boolean;
  /** All that its value must satisfy. */
  readonly places: readonly Place[];
}

/** Keys beyond the declared ones whose values must satisfy the same. Undefined keys are any text. */
export interface KeyGroup {
  readonly keys: Automaton | undefined;
  readonly places: readonly Place[];
}

interface Pattern {
  readonly node: Node;
  readonly place: Place;
  readonly automaton: Automaton;
}

/** The declared properties of some nodes, and what other keys there may be. */
export function keysOf(nodes: Nodes, leastCount: number, translation: Translation) {
  const patterns = patternsOf(nodes, translation);
  const names = new Map<string, boolean>();
  for (const node of nodes) for (const [name] of entriesOf(node, 'properties')) names.set(name, false);
  const declaredCount = names.size;
  for (const { schema } of nodes) {
    if (!Array.isArray(schema['required'])) continue;
    for (const name of schema['required'] as unknown[]) if (typeof name === 'string') names.set(name, true);
  }
  const declared: Declared[] = [];
  for (const [name, isRequired] of names) {
    const places = nodes.flatMap((node) => placesOf(node, name, patterns));
    const namePlaces = nodes.flatMap((node) => propertyNames(node));
    const isImpossible = places.some(({ schema }) => schema === false) || !translation.matches(name, namePlaces);
    if (!isImpossible) declared.push({ name, isRequired, places });
    else if (isRequired) {
      throw new UnsupportedSchema(
        'required',
        nodes[0]?.path ?? '',
        `${JSON.stringify(name)} is required and forbidden.`,
      );
    }
  }
  const speaksOfOthers = nodes.some(
    ({ schema }) =>
      'additionalProperties' in schema || 'patternProperties' in schema || 'unevaluatedProperties' in schema,
  );
  const isClosed = declaredCount > 0 && !speaksOfOthers && leastCount <= names.size;
  return { declared, others: isClosed ? [] : groupsOf(nodes, [...names.keys()], patterns, translation) };
}

function patternsOf(nodes: Nodes, translation: Translation): Pattern[] {
  return nodes.flatMap((node) =>
    entriesOf(node, 'patternProperties').flatMap(([source, place]) => {
      const expression = { source, keyword: 'pattern' as const, path: place.path };
      const automaton = patternAutomaton(expression, translation);
      return automaton === undefined ? [] : [{ node, place, automaton }];
    }),
  );
}

/** What one node asks of the value of a property. */
function placesOf(node: Node, name: string, patterns: readonly Pattern[]): Place[] {
  const places = patterns.filter((p) => p.node === node && accepts(p.automaton, name)).map(({ place }) => place);
  const { properties } = node.schema;
  const isDeclared = typeof properties === 'object' && properties !== null && Object.hasOwn(properties, name);
  if (isDeclared) {
    places.unshift(below(node, (properties as Record<string, unknown>)[name], 'properties', name));
  }
  return places.length > 0 ? places : additional(node);
}

function additional(node: Node): Place[] {
  const { schema } = node;
  const keyword = 'additionalProperties' in schema ? 'additionalProperties' : 'unevaluatedProperties';
  // A node without `properties` of its own must not forbid with `unevaluatedProperties` what others declare.
  if (schema[keyword] === undefined || keyword === 'unevaluatedProperties') return [];
  return [below(node, schema[keyword], keyword)];
}

function propertyNames(node: Node): Place[] {
  const schema = node.schema['propertyNames'];
  return schema === undefined ? [] : [below(node, schema, 'propertyNames')];
}

function groupsOf(
  nodes: Nodes,
  names: readonly string[],
  patterns: readonly Pattern[],
  translation: Translation,
): KeyGroup[] {
  const { budget } = translation;
  const path = nodes[0]?.path ?? '';
  try {
    const namePlaces = nodes.flatMap((node) => propertyNames(node));
    let keys = namePlaces.length === 0 ? undefined : translation.keyAutomaton(namePlaces);
    if (names.length > 0) {
      const rest = allBut(textsOf(names, budget), budget);
      keys = keys === undefined ? rest : both(keys, rest, budget);
    }
    let groups: { keys: Automaton | undefined; matched: readonly Pattern[] }[] = [{ keys, matched: [] }];
    for (const pattern of patterns) {
      groups = groups.flatMap((group) => {
        const inside = group.keys === undefined ? pattern.automaton : both(group.keys, pattern.automaton, budget);
        const complement = allBut(pattern.automaton, budget);
        const outside = group.keys === undefined ? complement : both(group.keys, complement, budget);
        return [
          { keys: inside, matched: [...group.matched, pattern] },
          { keys: outside, matched: group.matched },
        ].filter(({ keys: some }) => some.length > 0);
      });
      if (groups.length > limits.keyGroups) throw new TooManyStates();
    }
    return groups
      .map(({ keys: some, matched }) => ({
        keys: some,
        places: nodes.flatMap((node) => {
          const own = matched.filter((pattern) => pattern.node === node).map(({ place }) => place);
          return own.length > 0 ? own : [...additional(node), ...unevaluated(node)];
        }),
      }))
      .filter(({ keys: some, places }) => some?.length !== 0 && places.every(({ schema }) => schema !== false));
  } catch (failure) {
    if (!(failure instanceof TooManyStates)) throw failure;
    throw new UnsupportedSchema('patternProperties', path, 'its keys overlap in too many ways.');
  }
}

/** What `unevaluatedProperties` asks of a key that nothing else spoke of. */
function unevaluated(node: Node): Place[] {
  const schema = node.schema['unevaluatedProperties'];
  if (schema === undefined || 'additionalProperties' in node.schema) return [];
  return [below(node, schema, 'unevaluatedProperties')];
}
