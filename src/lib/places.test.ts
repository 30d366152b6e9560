import { expect, it } from 'vitest';
import { createPlaces } from './places.ts';

const never = new AbortController().signal;

/** Runs that end when they are told to. */
function startRuns(count: number, places = createPlaces(2)) {
  const started: number[] = [];
  const ends = Array.from({ length: count }, () => Promise.withResolvers<void>());
  const run = (index: number, signal = never) =>
    places.use(() => {
      started.push(index);
      return ends[index]?.promise ?? Promise.resolve();
    }, signal);
  return { started, ends, run };
}

it('no more run at once than there are places, and the others come in their order', async () => {
  const { started, ends, run } = startRuns(4);
  const all = [0, 1, 2, 3].map((index) => run(index));

  await Promise.resolve();
  expect(started).toEqual([0, 1]);
  ends[1]?.resolve();
  await all[1];
  ends[0]?.reject(new Error('failed'));
  await expect(all[0]).rejects.toThrow('failed');
  await expect.poll(() => started).toEqual([0, 1, 2, 3]);
  for (const end of ends) end.resolve();
  await Promise.all(all.slice(1));
});

it('whoever leaves while it waits takes no place from others', async () => {
  const { started, ends, run } = startRuns(4);
  const leaving = new AbortController();
  const all = [run(0), run(1), run(2, leaving.signal), run(3)];
  await Promise.resolve();

  leaving.abort(new Error('left'));
  await expect(all[2]).rejects.toThrow('left');
  ends[0]?.resolve();

  await expect.poll(() => started).toEqual([0, 1, 3]);
  await expect(run(2, leaving.signal)).rejects.toThrow('left');
  for (const end of ends) end.resolve();
  await Promise.all([all[0], all[1], all[3]]);
});

it('a place is given back once, and then the next one has it', async () => {
  const places = createPlaces(2);
  const served: string[] = [];
  const enter = (name: string) => places.enter(never).then((leave) => (served.push(name), leave));
  const [first, second, third] = [enter('a'), enter('b'), enter('c')];
  const leaveFirst = await first;
  await second;
  expect(served).toEqual(['a', 'b']);
  leaveFirst();
  leaveFirst();
  await third;

  expect(served).toEqual(['a', 'b', 'c']);
});
