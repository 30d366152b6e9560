import { describe, expect, it, vi } from 'vitest';
import { leased } from './leased.ts';

async function* numbers(failure?: Error) {
  yield 1;
  yield 2;
  if (failure) throw failure;
}
const never = new AbortController().signal;

describe('a leased stream', () => {
  it('is given back at its end, not before', async () => {
    const release = vi.fn<() => void>();
    const seen: number[] = [];
    for await (const each of leased(numbers(), never, release)) {
      expect(release).not.toHaveBeenCalled();
      seen.push(each);
    }
    expect(seen).toEqual([1, 2]);
    expect(release).toHaveBeenCalledOnce();
  });

  it('is given back when it fails', async () => {
    const release = vi.fn<() => void>();
    const read = async () => {
      for await (const _ of leased(numbers(new Error('lost')), never, release));
    };
    await expect(read()).rejects.toThrow('lost');
    expect(release).toHaveBeenCalledOnce();
  });

  it('is given back when it is left in the middle', async () => {
    const release = vi.fn<() => void>();
    for await (const _ of leased(numbers(), never, release)) break;
    expect(release).toHaveBeenCalledOnce();
  });

  it('is given back when nobody waits for it any more, read or not', async () => {
    const release = vi.fn<() => void>();
    const leaving = new AbortController();
    leased(numbers(), leaving.signal, release);
    leaving.abort();
    expect(release).toHaveBeenCalledOnce();
    leased(numbers(), leaving.signal, release);
    expect(release).toHaveBeenCalledTimes(2);
  });
});
