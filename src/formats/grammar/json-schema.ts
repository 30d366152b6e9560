import { alternativesOf } from './alternatives.ts';
import { arrays } from './arrays.ts';
import { textsOf, TooManyStates, type Automaton } from './automaton.ts';
import { conjunction } from './conjunction.ts';
import type { GrammarBuilder } from './grammar-builder.ts';
import { addAnyValue } from './json-text.ts';
import { relaxKeywords } from './keywords.ts';
import { Budget, limits, type RequestBudget } from './limits.ts';
import { lintReferences, lintSchema } from './lint-schema.ts';
import { literalValues } from './literal-values.ts';
import { matchesSchema, type Matching } from './matches-schema.ts';
import { integers, numbers } from './numbers.ts';
import { objects } from './objects.ts';
import { refuseEndless } from './refuse-endless.ts';
import { createResolver } from './references.ts';
import type { Branch, Node, Nodes, Place, SchemaObject, Translation } from './schema-node.ts';
import { satisfies, strings, textAutomaton } from './strings.ts';
import { typesOf, type Type } from './types.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

/** A keyword that the grammar does not enforce, and where it stands: `/properties/age/multipleOf`. */
export interface Relaxed {
  readonly keyword: string;
  readonly path: string;
}

const writers: Readonly<Record<Type, (nodes: Nodes, translation: Translation) => Branch>> = {
  object: objects,
  array: arrays,
  string: strings,
  number: numbers,
  integer: integers,
  boolean: () => ({ body: '"true" | "false"', needs: [] }),
  null: () => ({ body: '"null"', needs: [] }),
};

/**
 * Adds rules for JSON texts that satisfy a JSON Schema (2020-12, with what older drafts and OpenAPI spell
 * otherwise), and returns the rule to start with. What it accepts is valid against the schema, but for the
 * keywords in `relaxed`. It does not accept everything that is valid: properties come in the order of their
 * declaration, white space is bounded, and where a schema leaves open what nobody means (properties that it does
 * not name, types that its keywords do not speak of), there is none of it.
 *
 * @throws UnsupportedSchema when no value satisfies the schema, or no grammar of bearable size can say so.
 */
export function addJsonSchema(
  builder: GrammarBuilder,
  schema: unknown,
  name: string,
): { rule: string; relaxed: readonly Relaxed[] } {
  lintSchema(schema);
  return addPlaces(builder, [{ schema, path: '' }], { root: schema, name });
}

/**
 * The same for values that satisfy all of some places within a schema, the root, which was linted. References lead
 * into the root, and paths begin there.
 */
export function addPlaces(
  builder: GrammarBuilder,
  places: readonly Place[],
  {
    root,
    name,
    request,
  }: { readonly root: unknown; readonly name: string; readonly request?: RequestBudget | undefined },
): { rule: string; relaxed: readonly Relaxed[] } {
  const resolve = createResolver(root);
  const budget = new Budget(request);
  const sizeBefore = builder.size;
  const relaxed = new Map<string, Relaxed>();
  const rules = new Map<string, string>();
  const numbersOf = new Map<object, number>();
  const linted = new Map<object, 'open' | 'done'>();
  const pending: { rule: string; nodes: Nodes }[] = [];
  const needs = new Map<string, readonly (readonly string[])[]>();

  const translation: Translation = {
    builder,
    budget,
    automata: new Map(),
    ruleFor(all, wanted) {
      for (const place of all) lintReferences(place, resolve, linted);
      const nodes = conjunction(all, resolve);
      const path = all[0]?.path ?? '';
      if (nodes === undefined) throw new UnsupportedSchema('false', path, 'a value is needed where none is permitted.');
      if (nodes.length === 0) return addAnyValue(builder);
      const key = nodes
        .map(({ schema: each }) => numberOf(each))
        .toSorted((a, b) => a - b)
        .join();
      budget.spend(100 + nodes.length * 100);
      const rule = rules.get(key) ?? builder.reserve(wanted);
      if (!rules.has(key)) pending.push({ rule, nodes });
      rules.set(key, rule);
      return rule;
    },
    matches: (value, all) => matchesSchema(value, all, resolve, matching) !== false,
    keyAutomaton: (all) => keyAutomaton(all),
    relax(keyword, path) {
      relaxed.set(`${path}/${keyword}`, { keyword, path: `${path}/${keyword}` });
    },
  };

  const matching: Matching = {
    deepest: limits.referenceDepth,
    spend: (steps) => budget.spend(steps),
    satisfies: (text, node) => satisfies(text, [node], translation),
  };

  const rule = translation.ruleFor(places, name);
  let done = 0;
  try {
    // A list instead of recursion: what a schema nests or refers to costs no stack.
    for (const next of pending) {
      define(next);
      done++;
      if (builder.size - sizeBefore > limits.schemaGrammarBytes) {
        throw new UnsupportedSchema('$schema', '', `its grammar is larger than ${limits.schemaGrammarBytes} bytes.`);
      }
    }
  } catch (failure) {
    // Whoever goes on without these rules builds a grammar that has them still; nothing leads to them.
    for (const unfinished of pending.slice(done)) builder.define(unfinished.rule, '""');
    throw failure;
  }
  refuseEndless(needs);
  return { rule, relaxed: [...relaxed.values()] };

  function define({ rule: wanted, nodes }: (typeof pending)[number]): void {
    const branches = branchesOf(nodes);
    builder.define(wanted, [...new Set(branches.map(({ body }) => body))].join(' | '));
    needs.set(
      wanted,
      branches.map((branch) => branch.needs),
    );
  }

  function numberOf(node: object): number {
    const number = numbersOf.get(node) ?? numbersOf.size;
    numbersOf.set(node, number);
    return number;
  }

  /** Contradictions leave the other alternatives; where none is left the first is the reason. */
  function branchesOf(nodes: Nodes): Branch[] {
    const branches: Branch[] = [];
    const reasons: UnsupportedSchema[] = [];
    // Values that are listed are checked against everything, choices included.
    const alternatives = isListed(nodes) ? [nodes] : alternativesOf(nodes, resolve, translation);
    for (const alternative of alternatives) {
      for (const write of writersOf(alternative)) {
        try {
          branches.push(write());
        } catch (failure) {
          reasons.push(asUnsupported(failure, alternative));
        }
      }
    }
    if (branches.length > 0) return branches;
    throw reasons[0] ?? new UnsupportedSchema('type', nodes[0]?.path ?? '', 'no type satisfies all of it.');
  }

  function writersOf(nodes: Nodes): (() => Branch)[] {
    if (isListed(nodes)) return [() => literalsOf(nodes)];
    const types = typesOf(nodes);
    relaxKeywords(nodes, types, translation);
    return types.map((type) => () => writers[type](nodes, translation));
  }

  function literalsOf(nodes: Nodes): Branch {
    const values = valuesOf(nodes);
    if (values.length > 0) return literalValues(values, translation);
    const place = nodes.find(({ schema: each }) => 'enum' in each || 'const' in each);
    const keyword = place !== undefined && 'const' in place.schema ? 'const' : 'enum';
    throw new UnsupportedSchema(keyword, place?.path ?? '', 'none of its values satisfies the rest.');
  }

  function valuesOf(nodes: Nodes): unknown[] {
    const source =
      nodes.find(({ schema: each }) => 'const' in each) ?? nodes.find((node) => Array.isArray(node.schema['enum']));
    const { const: constant, enum: values } = source?.schema ?? {};
    const all = source !== undefined && 'const' in source.schema ? [constant] : ((values ?? []) as unknown[]);
    // That a value is in its own list need not be looked up, for thousands in thousands.
    const isOwn = (node: Node) => node === source && !('const' in node.schema);
    const rest = nodes.map((node) => (isOwn(node) ? { ...node, schema: withoutEnum(node.schema) } : node));
    return all.filter((value) => translation.matches(value, rest));
  }

  function keyAutomaton(all: readonly Place[]): Automaton | undefined {
    const nodes = conjunction(all, resolve);
    if (nodes === undefined) return [];
    if (isListed(nodes)) {
      return textsOf(
        valuesOf(nodes).filter((value) => typeof value === 'string'),
        budget,
      );
    }
    const [first, ...others] = alternativesOf(nodes, resolve, translation);
    if (first === undefined) return [];
    if (others.length > 0) translation.relax('anyOf', nodes[0]?.path ?? '');
    return textAutomaton(others.length > 0 ? nodes : first, translation);
  }
}

function withoutEnum(schema: SchemaObject): SchemaObject {
  return Object.fromEntries(Object.entries(schema).filter(([keyword]) => keyword !== 'enum'));
}

function isListed(nodes: Nodes): boolean {
  return nodes.some(({ schema }) => Array.isArray(schema['enum']) || 'const' in schema);
}

function asUnsupported(failure: unknown, nodes: Nodes): UnsupportedSchema {
  if (failure instanceof UnsupportedSchema) return failure;
  if (!(failure instanceof TooManyStates)) throw failure;
  return new UnsupportedSchema('$schema', nodes[0]?.path ?? '', 'it takes too many rules.');
}
