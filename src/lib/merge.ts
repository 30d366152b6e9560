/** An item and which source it came from. */
export interface Merged<T> {
  readonly at: number;
  readonly item: T;
}

/**
 * The items of several sources as they come, at most one of each ahead of the reader. Ends when all have ended; the
 * first failure ends it. The sources are told to return when it is left, and not waited for.
 */
export async function* merge<T>(sources: readonly AsyncIterable<T>[]): AsyncGenerator<Merged<T>> {
  const iterators = sources.map((source) => source[Symbol.asyncIterator]());
  const arrived: { at: number; result: IteratorResult<T> }[] = [];
  let failure: { readonly reason: unknown } | undefined;
  let wake: (() => void) | undefined;
  let open = iterators.length;

  const ask = async (at: number) => {
    try {
      const result = await iterators[at]?.next();
      if (result) arrived.push({ at, result });
    } catch (reason) {
      failure ??= { reason };
    }
    wake?.();
  };
  try {
    for (const at of iterators.keys()) void ask(at);
    while (open > 0) {
      const next = arrived.shift();
      if (next === undefined) {
        if (failure) throw failure.reason;
        await new Promise<void>((resolve) => (wake = resolve));
      } else if (next.result.done === true) {
        open--;
      } else {
        yield { at: next.at, item: next.result.value };
        void ask(next.at);
      }
    }
  } finally {
    for (const iterator of iterators) void iterator.return?.().catch(() => undefined);
  }
}
