import { isObject } from '../../lib/is-object.ts';
import type { Automaton } from './automaton.ts';
import type { GrammarBuilder } from './grammar-builder.ts';
import type { Budget } from './limits.ts';

export type SchemaObject = Readonly<Record<string, unknown>>;

/** A part of a schema and where it stands; `schema` may still be anything. */
export interface Place {
  readonly schema: unknown;
  readonly path: string;
}

/** A part of a schema that is an object. */
export interface Node extends Place {
  readonly schema: SchemaObject;
}

/** A value that must satisfy all of some nodes. None of them refers or chooses any more. */
export type Nodes = readonly Node[];

/** Rules of one type's texts, and the rules that a text of it cannot do without. */
export interface Branch {
  readonly body: string;
  readonly needs: readonly string[];
}

/** What the parts of a translation share. */
export interface Translation {
  readonly builder: GrammarBuilder;
  readonly budget: Budget;
  /** Automata of expressions, by their source. */
  readonly automata: Map<string, Automaton>;
  /** The rule for values that satisfy all of some schemas. */
  ruleFor(places: readonly Place[], name: string): string;
  /** Whether a value satisfies all of some schemas, as far as can be known without running patterns of others. */
  matches(value: unknown, places: readonly Place[]): boolean;
  /** The keys that satisfy all of some schemas; undefined where that is any text. */
  keyAutomaton(places: readonly Place[]): Automaton | undefined;
  /** Takes note of a keyword that the grammar does not enforce. */
  relax(keyword: string, path: string): void;
}

/** A schema below a node. */
export function below(node: Place, schema: unknown, ...steps: readonly (string | number)[]): Place {
  const escaped = steps.map((step) => String(step).replaceAll('~', '~0').replaceAll('/', '~1'));
  return { schema, path: [node.path, ...escaped].join('/') };
}

/** The members of a keyword whose value should be an object of schemas. */
export function entriesOf(node: Node, keyword: string): [name: string, place: Place][] {
  const value = node.schema[keyword];
  if (!isObject(value)) return [];
  return Object.entries(value).map(([name, schema]) => [name, below(node, schema, keyword, name)]);
}

/** The members of a keyword whose value should be a list of schemas. */
export function listOf(node: Node, keyword: string): Place[] {
  const value = node.schema[keyword];
  return Array.isArray(value) ? value.map((schema: unknown, at) => below(node, schema, keyword, at)) : [];
}

/** A keyword whose value should be a number; undefined where it is none. */
export function numberOf(node: Node, keyword: string): number | undefined {
  const value = node.schema[keyword];
  return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
}

/** The largest lower and the smallest upper bound of a count, and where they come from. */
export function countsOf(nodes: Nodes, minimum: string, maximum: string) {
  const bounds = { min: 0, max: Infinity, path: nodes[0]?.path ?? '' };
  for (const node of nodes) {
    const min = Math.ceil(numberOf(node, minimum) ?? 0);
    const max = Math.floor(numberOf(node, maximum) ?? Infinity);
    if (min > bounds.min || max < bounds.max) bounds.path = node.path;
    bounds.min = Math.max(bounds.min, min);
    bounds.max = Math.min(bounds.max, max);
  }
  return bounds;
}
