import type { Dict } from './dict.ts';

/**
 * What a template works with: Python's values. Integers are bigints and floats are numbers, so that 3 and 3.0 stay
 * apart; `null` is None and `undefined` is Jinja's undefined. No object of JavaScript is ever among them.
 */
export type Value =
  | undefined
  | null
  | boolean
  | bigint
  | number
  | string
  | Value[]
  | Tuple
  | Dict
  | Namespace
  | HostObject;

export class Tuple {
  readonly items: readonly Value[];
  /** For tuples whose places also have names, as the groups of `groupby`. */
  readonly names: readonly string[];

  constructor(items: readonly Value[], names: readonly string[] = []) {
    this.items = items;
    this.names = names;
  }
}

/** What `namespace()` makes: the one thing whose attributes a template may set. */
export class Namespace {
  readonly attributes: Map<string, Value>;

  constructor(attributes: ReadonlyMap<string, Value>) {
    this.attributes = new Map(attributes);
  }
}

/** Arguments of a call, after spreading. */
export interface Arguments {
  readonly positional: readonly Value[];
  readonly named: ReadonlyMap<string, Value>;
}

/** A thing of ours that templates may call or ask: a macro, a method, `loop`. They see what is declared here only. */
export class HostObject {
  readonly name: string;
  readonly call: ((args: Arguments) => Value) | undefined;
  readonly attribute: (name: string) => Value;

  constructor(
    name: string,
    { call, attribute = () => undefined }: { call?: (args: Arguments) => Value; attribute?: (name: string) => Value },
  ) {
    this.name = name;
    this.call = call;
    this.attribute = attribute;
  }
}

export function isSequence(value: Value): value is Value[] | Tuple {
  return Array.isArray(value) || value instanceof Tuple;
}

/** The elements of a list or tuple, not copied. */
export function elementsOf(value: Value[] | Tuple): readonly Value[] {
  return value instanceof Tuple ? value.items : value;
}
