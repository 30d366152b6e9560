const ofStrings = [
  'slice',
  'indexOf',
  'lastIndexOf',
  'startsWith',
  'includes',
  'trim',
  'trimStart',
  'trimEnd',
  'split',
];
const ofExpressions = ['exec', 'test'];

/**
 * How many characters a run hands to functions that may look at each of them, the same ones again and again where it
 * does: a measure of work that is the same on every machine.
 */
export function charactersHandled(run: () => void): number {
  let count = 0;
  const restore = [
    ...ofStrings.map((name) => intercept(String.prototype, name, (text) => String(text).length)),
    ...ofExpressions.map((name) => intercept(RegExp.prototype, name, (_, text) => String(text).length)),
  ];
  try {
    run();
  } finally {
    for (const each of restore) each();
  }
  return count;

  function intercept(prototype: object, name: string, lengthOf: (self: unknown, first: unknown) => number) {
    const original: unknown = Reflect.get(prototype, name);
    if (typeof original !== 'function') throw new TypeError(`There is no ${name}.`);
    const counting = function (this: unknown, ...parameters: unknown[]): unknown {
      count += lengthOf(this, parameters[0]);
      return Reflect.apply(original, this, parameters);
    };
    Object.defineProperty(prototype, name, { value: counting, writable: true, configurable: true });
    return () => Object.defineProperty(prototype, name, { value: original, writable: true, configurable: true });
  }
}
