import { describe, expect, it } from 'vitest';
import { mapInTurns } from './map-in-turns.ts';
import { Turns } from './turns.ts';

/** Takes a millisecond. */
function work(item: number): number {
  const until = performance.now() + 1;
  while (performance.now() < until);
  return item * 2;
}

describe('a list that is mapped in turns', () => {
  const items = Array.from({ length: 40 }, (_, at) => at);

  it('is mapped whole and in order', async () => {
    expect(await mapInTurns(items, (item, at) => [item, at], new Turns())).toEqual(items.map((item) => [item, item]));
  });

  it('lets others have their turn where it takes long', async () => {
    let turns = 0;
    const counting = setInterval(() => turns++, 0);

    const mapped = await mapInTurns(items, work, new Turns());
    clearInterval(counting);

    expect(mapped).toEqual(items.map((item) => item * 2));
    // 40 ms in slices of 4.
    expect(turns).toBeGreaterThan(4);
  });
});
