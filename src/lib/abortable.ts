/**
 * The same items, except that aborting `signal` ends a pending `next()` at once with the signal's reason,
 * even when the source does not react. The source is told to return, but never waited for.
 */
export function abortable<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncIterableIterator<T> {
  const iterator = source[Symbol.asyncIterator]();
  const leave = () => void iterator.return?.().catch(() => {});
  return {
    async next() {
      const aborted = Promise.withResolvers<never>();
      const onAbort = () => {
        leave();
        aborted.reject(signal.reason);
      };
      if (signal.aborted) onAbort();
      signal.addEventListener('abort', onAbort, { once: true });
      try {
        return await Promise.race([aborted.promise, iterator.next()]);
      } catch (failure) {
        throw signal.aborted ? signal.reason : failure;
      } finally {
        signal.removeEventListener('abort', onAbort);
      }
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
