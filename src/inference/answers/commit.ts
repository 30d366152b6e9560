/**
 * Resolves when the answer may begin: with the source's first item or its end, or after `afterMs` of waiting,
 * whichever comes first. A failure before that is thrown here and can still choose the HTTP status; a later
 * one is thrown by the iteration. The source runs from now on, also when nobody iterates.
 */
export async function commit<T>(source: AsyncIterable<T>, afterMs: number): Promise<AsyncIterable<T>> {
  const iterator = source[Symbol.asyncIterator]();
  let pending: Promise<IteratorResult<T>> | undefined = iterator.next();
  await firstOrTimeout(pending, afterMs);
  return {
    [Symbol.asyncIterator]: () => ({
      next() {
        const next = pending ?? iterator.next();
        pending = undefined;
        return next;
      },
      return: async () => (await iterator.return?.()) ?? { done: true, value: undefined },
    }),
  };
}

async function firstOrTimeout(first: Promise<unknown>, afterMs: number): Promise<void> {
  if (!Number.isFinite(afterMs)) {
    await first;
    return;
  }
  const timeout = Promise.withResolvers<void>();
  const timer = setTimeout(timeout.resolve, afterMs);
  try {
    // When the timeout wins, a later failure is not lost: the iteration hands it out.
    await Promise.race([first, timeout.promise]);
  } finally {
    clearTimeout(timer);
  }
}
