import { describe, expect, it } from 'vitest';
import { watchStream } from '../../bench/gateway/before-upstream/watch-stream.ts';

describe('watchStream', () => {
  it('counts events that come together and in pieces', () => {
    const watch = watchStream(() => 0);
    for (const piece of ['data: 1\n\ndata: 2\n\nda', 'ta: 3', '\n', '\n', 'data: 4\n', '\n', 'data: 5'])
      watch.take(Buffer.from(piece));

    expect(watch.read(0).events).toBe(4);
  });

  it('keeps the longest gap, the one that still lasts as well', () => {
    let now = 0;
    const watch = watchStream(() => now);
    watch.start(0);
    for (now of [20, 150, 170]) watch.take(Buffer.from('data: 1\n\n'));

    expect(watch.read(180).longestGapMs).toBe(130);
    expect(watch.read(400).longestGapMs).toBe(230);
  });

  it('takes no part of an event for a sign of life', () => {
    const watch = watchStream(() => 90);
    watch.start(0);
    watch.take(Buffer.from('data: '));

    expect(watch.read(120).longestGapMs).toBe(120);
  });

  it('has a broken stream stall', () => {
    const watch = watchStream();
    watch.fail();

    expect(watch.read(0).longestGapMs).toBe(Number.POSITIVE_INFINITY);
  });
});
