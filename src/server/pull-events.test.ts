import { afterEach, describe, expect, it, vi } from 'vitest';
import type { PullEvent } from '../catalog/weights/fetch-plan.ts';
import { pullEvents } from './pull-events.ts';

const progress = (bytes: number): PullEvent => ({ kind: 'progress', file: 'a', bytes, totalBytes: 100 });
const waiting: PullEvent = { kind: 'waiting', file: 'a', pid: 1 };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

afterEach(() => void vi.useRealTimers());

describe('the events of a pull', () => {
  it('leave out progress that nobody could see, and nothing else', async () => {
    const events = await Array.fromAsync(
      pullEvents(async (report) => {
        for (let at = 1; at <= 50; at++) report(progress(at));
        report(waiting);
        await pause(10);
        for (let at = 51; at <= 100; at++) report(progress(at));
      }, 20),
    );

    expect(events).toEqual([progress(50), waiting, progress(100)]);
  });

  it('come at a calm pace, and what is no progress at once', async () => {
    const seen: PullEvent[] = [];
    const events = pullEvents(async (report) => {
      for (let at = 1; at <= 10; at++) {
        report(progress(at));
        await pause(10);
      }
      report(waiting);
      await pause(5);
    }, 3_600_000);

    for await (const event of events) seen.push(event);

    expect(seen).toEqual([progress(1), progress(10), waiting]);
  });

  it('go on at once when the clock is set back', async () => {
    vi.useFakeTimers({ toFake: ['Date'] });
    const told = new Map([1, 2].map((bytes) => [bytes, Promise.withResolvers<void>()]));
    const events = pullEvents(async (report) => {
      report(progress(1));
      await told.get(1)?.promise;
      vi.setSystemTime(Date.now() - 3_600_000);
      report(progress(2));
      await told.get(2)?.promise;
    }, 1);

    const seen: PullEvent[] = [];
    for await (const event of events) {
      seen.push(event);
      if (event.kind === 'progress') told.get(event.bytes)?.resolve();
    }

    expect(seen).toEqual([progress(1), progress(2)]);
  });

  it('end with the failure of the pull, after what came before it', async () => {
    const seen: PullEvent[] = [];

    await expect(async () => {
      const events = pullEvents(async (report) => {
        report(waiting);
        throw new Error('broken');
      });
      for await (const event of events) seen.push(event);
    }).rejects.toThrow('broken');

    expect(seen).toEqual([waiting]);
  });
});
