import { describe, expect, it } from 'vitest';
import { merge } from './merge.ts';

async function* counting(name: string, count: number, pauseMs: number, log: string[] = []) {
  try {
    for (let at = 0; at < count; at++) {
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      log.push(`${name}${at}`);
      yield `${name}${at}`;
    }
  } finally {
    log.push(`${name} left`);
  }
}

async function* failing(): AsyncGenerator<string> {
  yield 'before';
  throw new Error('broken');
}

async function all<T>(source: AsyncIterable<T>): Promise<T[]> {
  const items: T[] = [];
  for await (const item of source) items.push(item);
  return items;
}

describe('merging', () => {
  it('gives every item with its source, each source in order, as they come', async () => {
    const { promise: fastIsOver, resolve: goOn } = Promise.withResolvers<void>();
    const slow = async function* () {
      await fastIsOver;
      yield* counting('slow', 2, 0);
    };
    const fast = async function* () {
      yield* counting('fast', 3, 1);
      goOn();
    };
    const merged = await all(merge([slow(), fast()]));

    expect(merged.slice(0, 3).map(({ item }) => item)).toEqual(['fast0', 'fast1', 'fast2']);
    expect(merged.filter(({ at }) => at === 0).map(({ item }) => item)).toEqual(['slow0', 'slow1']);
  });

  it('ends with the first failure, after what came before it, and leaves the others', async () => {
    const log: string[] = [];
    const seen: string[] = [];

    await expect(async () => {
      for await (const { item } of merge([failing(), counting('other', 100, 1, log)])) seen.push(item);
    }).rejects.toThrow('broken');

    expect(seen).toContain('before');
    await expect.poll(() => log).toContain('other left');
  });

  it('is at most one item of each source ahead of its reader', async () => {
    const log: string[] = [];
    const merged = merge([counting('a', 100, 0, log), counting('b', 100, 0, log)]);

    await merged.next();
    await new Promise((resolve) => setTimeout(resolve, 30));

    expect(log.length).toBeLessThanOrEqual(3);
    await merged.return(undefined);
    await expect.poll(() => log).toEqual(expect.arrayContaining(['a left', 'b left']));
  });

  it('of nothing ends at once', async () => {
    expect(await all(merge([]))).toEqual([]);
  });
});
