import { fail } from '../jinja-error.ts';
import type { Meter } from '../meter.ts';
import { Tuple, type Value } from './value.ts';

type Identity = string | number | bigint | null | undefined;

/** Python's dict: keeps the order of insertion, and 1, 1.0 and True are the same key. */
export class Dict {
  readonly #entries: Map<Identity, readonly [Value, Value]>;

  constructor(entries: Iterable<readonly [Value, Value]> = []) {
    this.#entries = new Map();
    for (const [key, value] of entries) this.set(key, value);
  }

  get size(): number {
    return this.#entries.size;
  }

  get(key: Value): Value {
    return this.#entries.get(identity(key))?.[1];
  }

  has(key: Value): boolean {
    return this.#entries.has(identity(key));
  }

  /** A key that is there already stays as it was first written. */
  set(key: Value, value: Value): void {
    const known = identity(key);
    this.#entries.set(known, [this.#entries.get(known)?.[0] ?? key, value]);
  }

  delete(key: Value): void {
    this.#entries.delete(identity(key));
  }

  clear(): void {
    this.#entries.clear();
  }

  keys(): Value[] {
    return [...this.#entries.values()].map(([key]) => key);
  }

  values(): Value[] {
    return [...this.#entries.values()].map(([, value]) => value);
  }

  entries(): readonly (readonly [Value, Value])[] {
    return [...this.#entries.values()];
  }
}

/** Equal keys have one identity. Texts that begin like a tuple's identity are moved out of its way. */
function identity(key: Value): Identity {
  switch (typeof key) {
    case 'string':
      return key.startsWith('\0') ? `\0s${key}` : key;
    case 'boolean':
      return Number(key);
    case 'number':
      return Number.isInteger(key) && !Number.isSafeInteger(key) ? BigInt(key) : key;
    case 'bigint':
      return Number.isSafeInteger(Number(key)) ? Number(key) : key;
    case 'undefined':
      return undefined;
    default:
  }
  if (key === null) return null;
  if (key instanceof Tuple) {
    return `\0t${JSON.stringify(key.items.map((item) => typed(identityInTuple(item))))}`;
  }
  return fail('lists, dicts and functions cannot be keys');
}

/** In a tuple's identity, 1 and '1' must stay apart. */
function typed(part: Identity): readonly [string, string] {
  return [typeof part, String(part)];
}

/** Tuples of tuples would need identities that grow without bound. */
function identityInTuple(item: Value): Identity {
  return item instanceof Tuple ? fail('a tuple that holds tuples cannot be a key') : identity(item);
}

/** Charges for finding a key, which takes as long as reading it. */
export function chargeKey(key: Value, meter: Meter): void {
  if (typeof key === 'string') meter.text(key.length);
  else if (key instanceof Tuple) for (const item of key.items) chargePart(item, meter);
}

function chargePart(item: Value, meter: Meter): void {
  meter.step();
  if (typeof item === 'string') meter.text(item.length);
}
