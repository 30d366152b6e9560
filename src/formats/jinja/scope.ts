import type { Value } from './values/value.ts';

/** Names and their values. What is set stays in the scope it is set in; what is read may come from an outer one. */
export interface Scope {
  get(name: string): Value;
  set(name: string, value: Value): void;
  inner(): Scope;
}

/** A scope whose unknown names come from outside: asked once each for the outermost, every time for inner ones. */
export function createScope(outside: (name: string) => Value): Scope {
  const outermost = new Map<string, Value>();
  return within(outermost, (name) => {
    const value = outside(name);
    outermost.set(name, value);
    return value;
  });
}

function within(values: Map<string, Value>, outer: (name: string) => Value): Scope {
  const get = (name: string): Value => (values.has(name) ? values.get(name) : outer(name));
  return {
    get,
    set: (name, value) => {
      values.set(name, value);
    },
    inner: () => within(new Map(), get),
  };
}
