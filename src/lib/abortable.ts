/**
 * The same items, except that aborting `signal` ends a pending `next()` at once with the signal's reason,
 * even when the source does not react. The source is told to return, but never waited for.
 */
export function abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterableIterator<T> {
  const iterator = source[Symbol.asyncIterator]();
  let isWatching = false;
  /** Of the `next()` that is pending: one at a time, so that nothing is made anew for each item. */
  let resolve: ((result: IteratorResult<T>) => void) | undefined;
  let reject: ((reason: unknown) => void) | undefined;

  const leave = () => void iterator.return?.().catch(() => {});
  const onAbort = () => {
    leave();
    reject?.(signal.reason);
  };
  const watch = () => {
    isWatching = true;
    signal.addEventListener('abort', onAbort, { once: true });
  };
  const stop = () => signal.removeEventListener('abort', onAbort);
  const onResult = (result: IteratorResult<T>) => {
    if (result.done === true) stop();
    resolve?.(result);
  };
  const onFailure = (failure: unknown) => {
    stop();
    reject?.(signal.aborted ? signal.reason : failure);
  };
  const ask = (onSettled: typeof resolve, onRejected: typeof reject) => {
    resolve = onSettled;
    reject = onRejected;
    iterator.next().then(onResult, onFailure);
  };

  return {
    next() {
      if (signal.aborted) {
        leave();
        return Promise.reject(signal.reason);
      }
      if (!isWatching) watch();
      return new Promise(ask);
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
