/**
 * The same stream; `release` is called once, when it has ended, failed or been left, or when `signal` aborts: a stream
 * that nobody begins to read ends too.
 */
export function leased<T>(source: AsyncIterable<T>, signal: AbortSignal, release: () => void): AsyncIterable<T> {
  let isOver = false;
  const end = () => {
    if (isOver) return;
    isOver = true;
    signal.removeEventListener('abort', end);
    release();
  };
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  const iterator = source[Symbol.asyncIterator]();
  return {
    [Symbol.asyncIterator]: () => ({
      async next() {
        try {
          const result = await iterator.next();
          if (result.done) end();
          return result;
        } catch (failure) {
          end();
          throw failure;
        }
      },
      async return() {
        end();
        return (await iterator.return?.()) ?? { done: true, value: undefined };
      },
    }),
  };
}
