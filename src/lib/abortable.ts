/**
 * The same items, except that aborting `signal` ends a pending `next()` at once with the signal's reason,
 * even when the source does not react. The source is told to return, but never waited for.
 */
export function abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterableIterator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let isWatching = false;
  let fail: ((reason: unknown) => void) | undefined;

  const leave = () => void iterator.return?.().catch(() => {});
  const onAbort = () => {
    leave();
    fail?.(signal.reason);
  };
  const watch = () => {
    isWatching = true;
    signal.addEventListener('abort', onAbort, { once: true });
  };
  const stop = () => signal.removeEventListener('abort', onAbort);

  return {
    next() {
      if (signal.aborted) {
        leave();
        return Promise.reject(signal.reason);
      }
      if (!isWatching) watch();
      return new Promise((resolve, reject) => {
        fail = reject;
        iterator.next().then(
          (result) => {
            if (result.done === true) stop();
            return resolve(result);
          },
          (failure: unknown) => {
            stop();
            reject(signal.aborted ? signal.reason : failure);
          },
        );
      });
    },
    return() {
      stop();
      leave();
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
