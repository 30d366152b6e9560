import { expect, it } from 'vitest';
import { createThreads } from './threads.ts';

it('a change reaches each context before its next step, once', () => {
  const threads = createThreads(4);
  const calls: unknown[] = [];
  const library = { setThreads: (...args: unknown[]) => void calls.push(args) };
  const [one, other] = [threads.follow(library, 1n), threads.follow(library, 2n)];
  one();
  threads.set(2);
  one();
  one();
  other();
  threads.set(2);
  one();

  expect(calls).toEqual([
    [1n, 2, 2],
    [2n, 2, 2],
  ]);
});
