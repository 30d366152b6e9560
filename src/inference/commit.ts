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

function firstOrTimeout(first: Promise<unknown>, afterMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = Number.isFinite(afterMs) ? setTimeout(resolve, afterMs) : undefined;
    first.then(
      () => {
        clearTimeout(timer);
        resolve();
      },
      (failure: unknown) => {
        clearTimeout(timer);
        // After the timeout this does nothing: the iteration hands the same failure out.
        reject(failure);
      },
    );
  });
}
