const ofTexts = ['slice', 'indexOf', 'lastIndexOf', 'startsWith', 'includes', 'trim', 'trimStart', 'trimEnd', 'split'];
const ofExpressions = ['exec', 'test'];
const ofMaps = ['get', 'set', 'has', 'delete'];
const ofSets = ['add', 'has', 'delete'];
const ofLists = ['push', 'pop'];
const ofObjects = ['entries', 'keys'];

/**
 * What a run asks of the language: characters handed to functions that may look at each of them, the same ones again and
 * again where it does, look-ups in maps and sets, and members of lists and objects. A measure of cost that is the same on
 * every machine.
 */
export function workOf(run: () => void): number {
  let work = 0;
  const restore = [
    ...ofTexts.map((name) => intercept(String.prototype, name, (text) => String(text).length)),
    ...ofExpressions.map((name) => intercept(RegExp.prototype, name, (_, text) => String(text).length)),
    ...ofMaps.map((name) => intercept(Map.prototype, name, () => 1)),
    ...ofSets.map((name) => intercept(Set.prototype, name, () => 1)),
    ...ofLists.map((name) => intercept(Array.prototype, name, () => 1)),
    ...ofObjects.map((name) => intercept(Object, name, (_, value) => countOf(value))),
    intercept(JSON, 'parse', (_, text) => String(text).length),
  ];
  try {
    run();
  } finally {
    for (const each of restore) each();
  }
  return work;

  function intercept(prototype: object, name: string, costOf: (self: unknown, first: unknown) => number) {
    const original: unknown = Reflect.get(prototype, name);
    if (typeof original !== 'function') throw new TypeError(`There is no ${name}.`);
    const counting = function (this: unknown, ...parameters: unknown[]): unknown {
      work += costOf(this, parameters[0]);
      return Reflect.apply(original, this, parameters);
    };
    Object.defineProperty(prototype, name, { value: counting, writable: true, configurable: true });
    return () => Object.defineProperty(prototype, name, { value: original, writable: true, configurable: true });
  }
}

function countOf(value: unknown): number {
  return value instanceof Object ? Reflect.ownKeys(value).length : 0;
}
