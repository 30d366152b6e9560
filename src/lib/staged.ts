/** What becomes of the items of a stream on their way. */
export interface Stage<T, U> {
  /** What goes on in place of an item, now or when it is time. May throw, which ends the stream. */
  take(item: T): readonly U[] | Promise<readonly U[]>;
  /** Told once when the source has ended by itself; what it gives follows the last item. May throw. */
  end?(): readonly U[];
  /** Told once, however the stream ends: to its end, by a failure, or left. Nobody sees the end before it is done. */
  close?(failure?: { readonly reason: unknown }): void | Promise<void>;
}

/**
 * The items of a stream, each handed to a stage. It does what a generator does that loops over the source, for a
 * fraction of what each item costs there. One `next()` at a time.
 */
export function staged<T, U>(source: AsyncIterable<T>, stage: Stage<T, U>): AsyncIterableIterator<U> {
  const iterator = source[Symbol.asyncIterator]();
  let ready: readonly U[] = [];
  let at = 0;
  let isEnded = false;
  let isClosed = false;

  const close = (failure?: { readonly reason: unknown }): void | Promise<void> => {
    if (isClosed) return undefined;
    isClosed = true;
    return stage.close?.(failure);
  };
  const refill = async (): Promise<IteratorResult<U>> => {
    let isOfSource = false;
    try {
      for (;;) {
        isOfSource = true;
        // oxlint-disable-next-line no-await-in-loop -- a stream
        const result = await iterator.next();
        isOfSource = false;
        isEnded = result.done === true;
        const made = result.done === true ? (stage.end?.() ?? []) : stage.take(result.value);
        // oxlint-disable-next-line no-await-in-loop -- a stream
        ready = made instanceof Promise ? await made : made;
        at = 0;
        const item = given();
        // To await what is no promise would make two.
        if (item !== undefined) return item instanceof Promise ? await item : item;
      }
    } catch (reason) {
      ready = [];
      // A source that failed has ended; one whose item was refused is left.
      if (!isOfSource && !isEnded) void iterator.return?.().catch(() => undefined);
      isEnded = true;
      const closing = close({ reason });
      if (closing) await closing;
      throw reason;
    }
  };
  /** What can be said without asking the source. */
  const given = (): IteratorResult<U> | Promise<IteratorResult<U>> | undefined => {
    if (at < ready.length) return { done: false, value: ready[at++] as U };
    if (!isEnded) return undefined;
    const end = { done: true, value: undefined } as const;
    const closing = close();
    return closing ? closing.then(() => end) : end;
  };

  return {
    next() {
      const item = given();
      return item === undefined ? refill() : Promise.resolve(item);
    },
    async return() {
      ready = [];
      const isLeft = !isEnded;
      isEnded = true;
      const closing = close();
      if (isLeft) await iterator.return?.();
      if (closing) await closing;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
