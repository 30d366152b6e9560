/**
 * The same items, except that aborting `signal` ends a pending `next()` at once with the signal's reason,
 * even when the source does not react. The source is told to return, but never waited for.
 */
export function abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterableIterator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const leave = () => void iterator.return?.().catch(() => {});
  return {
    next() {
      if (signal.aborted) {
        leave();
        return Promise.reject(signal.reason);
      }
      return new Promise((resolve, reject) => {
        const onAbort = () => {
          leave();
          reject(signal.reason);
        };
        signal.addEventListener('abort', onAbort, { once: true });
        const settled = () => signal.removeEventListener('abort', onAbort);
        iterator.next().then(
          (result) => {
            settled();
            resolve(result);
          },
          (failure: unknown) => {
            settled();
            reject(signal.aborted ? signal.reason : failure);
          },
        );
      });
    },
    return() {
      leave();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
