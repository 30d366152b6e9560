import { expect, it } from 'vitest';
import { fakeClock } from '../../test/support/fake-clock.ts';
import { seededRandom } from '../../test/support/random-schema.ts';
import { createFairQueue } from './fair-queue.ts';

const never = new AbortController().signal;

/** How long each request of the quiet keys took, beside a key that keeps so many requests open. */
async function tookBeside(flood: number, { places, quietKeys }: { places: number; quietKeys: number }) {
  const clock = fakeClock();
  const random = seededRandom(7);
  const queue = createFairQueue({ clock, places: () => places, mostWaiting: 10_000, waitMs: 600_000 });
  const took: number[] = [];
  const over = new AbortController();
  const pause = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  const askOn = async (key: string, count: number, note: (ms: number) => void) => {
    for (let asked = 0; asked < count && !over.signal.aborted; asked++) {
      const since = clock.now();
      // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
      const leave = await queue.enter({ key, weight: 1, priority: 0, places: 1 }, never);
      // oxlint-disable-next-line no-await-in-loop
      await pause(300 + Math.floor(random() * 400));
      leave();
      note(clock.now() - since);
      // oxlint-disable-next-line no-await-in-loop
      await pause(Math.floor(random() * 200));
    }
  };
  const quiet = Promise.all(
    Array.from({ length: quietKeys }, (_, at) => askOn(`quiet-${at}`, 40, (ms) => took.push(ms))),
  ).then(() => over.abort());
  for (let at = 0; at < flood; at++) void askOn('flood', Infinity, () => undefined);
  while (!over.signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop
    await clock.advance(1000);
  }
  await quiet;
  return took.toSorted((a, b) => a - b)[Math.floor(took.length * 0.95)] ?? 0;
}

it.each([
  { places: 4, quietKeys: 1 },
  { places: 8, quietKeys: 1 },
  { places: 16, quietKeys: 3 },
])('a key that floods $places places does not slow $quietKeys others by more than a fifth', async (shape) => {
  const alone = await tookBeside(0, shape);
  const flooded = await tookBeside(100, shape);

  expect(flooded).toBeLessThanOrEqual(alone * 1.2);
});
