import { staged } from './staged.ts';

/** The items of a stream as the steps make them, one step after the other; undefined leaves an item out. */
export function through<T>(
  source: AsyncIterable<T>,
  ...steps: readonly ((item: T) => T | undefined)[]
): AsyncIterable<T> {
  if (steps.length === 0) return source;
  return staged(source, {
    take(item) {
      let made: T | undefined = item;
      for (const step of steps) {
        made = step(made);
        if (made === undefined) return [];
      }
      return [made];
    },
  });
}
