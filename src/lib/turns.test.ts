import { describe, expect, it } from 'vitest';
import { Turns } from './turns.ts';

describe('turns', () => {
  it('come one in each round of the event loop, in the order of asking', async () => {
    const turns = new Turns();
    const seen: string[] = [];
    let round = 0;
    const count = () => {
      round++;
      counting = setImmediate(count);
    };
    let counting = setImmediate(count);
    const ask = async (name: string) => {
      for (let turn = 0; turn < 3; turn++) {
        await turns.take();
        seen.push(`${name} ${round}`);
      }
    };
    await Promise.all(['a', 'b', 'c'].map(ask));
    clearImmediate(counting);

    expect(seen.map((each) => each[0]).join('')).toBe('abcabcabc');
    expect(new Set(seen.map((each) => each.slice(2))).size).toBe(seen.length);
  });
});
