import { describe, expect, it } from 'vitest';
import { staged, type Stage } from './staged.ts';

/** A source that tells whether it was left. */
function source(items: readonly number[], failure?: Error) {
  const told = { isLeft: false };
  async function* generate() {
    try {
      yield* items;
      if (failure) throw failure;
    } finally {
      told.isLeft = true;
    }
  }
  return { items: generate(), told };
}

function stage(more: Partial<Stage<number, number>> = {}) {
  const closed: unknown[] = [];
  const own: Stage<number, number> = {
    take: (item) => Array.from({ length: item }, () => item),
    close: (failure) => void closed.push(failure?.reason),
    ...more,
  };
  return { own, closed };
}

describe('a stream through a stage', () => {
  it('gives what the stage makes of each item, and what it adds at the end', async () => {
    const { own, closed } = stage({ end: () => [9, 8] });

    expect(await Array.fromAsync(staged(source([2, 0, 1]).items, own))).toEqual([2, 2, 1, 9, 8]);
    expect(closed).toEqual([undefined]);
  });

  it('ends with the failure of the source, after what came before it', async () => {
    const broken = new Error('broken');
    const { own, closed } = stage();
    const seen: number[] = [];

    const reading = (async () => {
      for await (const item of staged(source([1, 2], broken).items, own)) seen.push(item);
    })();

    await expect(reading).rejects.toBe(broken);
    expect(seen).toEqual([1, 2, 2]);
    expect(closed).toEqual([broken]);
  });

  it('leaves the source when the stage refuses an item', async () => {
    const refused = new Error('refused');
    const { items, told } = source([1, 2, 3]);
    const { own, closed } = stage({
      take(item) {
        if (item === 2) throw refused;
        return [item];
      },
    });

    await expect(Array.fromAsync(staged(items, own))).rejects.toBe(refused);
    expect(told.isLeft).toBe(true);
    expect(closed).toEqual([refused]);
  });

  it('fails where the stage does not let it end', async () => {
    const unfinished = new Error('unfinished');
    const { own, closed } = stage({
      end() {
        throw unfinished;
      },
    });
    const stream = staged(source([]).items, own);

    await expect(stream.next()).rejects.toBe(unfinished);
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(closed).toEqual([unfinished]);
  });

  it('closes once when it is left, and leaves the source', async () => {
    const { items, told } = source([3, 3]);
    const { own, closed } = stage();
    const stream = staged(items, own);
    await stream.next();

    await stream.return?.();
    await stream.return?.();

    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(told.isLeft).toBe(true);
    expect(closed).toEqual([undefined]);
  });

  it('waits for a stage that takes its time, also at the end', async () => {
    const order: string[] = [];
    const { own } = stage({
      take: async (item) => {
        await Promise.resolve();
        order.push(`took ${item}`);
        return [item];
      },
      close: async () => {
        await Promise.resolve();
        order.push('closed');
      },
    });
    for await (const item of staged(source([1, 2]).items, own)) order.push(`saw ${item}`);

    expect(order).toEqual(['took 1', 'saw 1', 'took 2', 'saw 2', 'closed']);
  });
});
