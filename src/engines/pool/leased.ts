import { once } from '../../lib/once.ts';
import { staged } from '../../lib/staged.ts';

/**
 * The same stream; `release` is called once, when it has ended, failed or been left, or when `signal` aborts: a stream
 * that nobody begins to read ends too.
 */
export function leased<T>(source: AsyncIterable<T>, signal: AbortSignal, release: () => void): AsyncIterable<T> {
  const end = once(() => {
    signal.removeEventListener('abort', end);
    release();
  });
  if (signal.aborted) end();
  else signal.addEventListener('abort', end, { once: true });
  return staged(source, { take: (item) => [item], close: end });
}
