/** A stream that is opened when it is first read. Left while it is opened, it is left as soon as it is. */
export function opened<T>(open: () => Promise<AsyncIterable<T>>): AsyncIterableIterator<T> {
  let opening: Promise<void> | undefined;
  let iterator: AsyncIterator<T> | undefined;
  let isLeft = false;

  const begin = async () => {
    iterator = (await open())[Symbol.asyncIterator]();
    if (isLeft) await iterator.return?.();
  };
  return {
    next() {
      if (isLeft) return Promise.resolve({ done: true, value: undefined });
      if (iterator !== undefined) return iterator.next();
      opening ??= begin();
      return opening.then(() => this.next());
    },
    async return() {
      isLeft = true;
      await iterator?.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
