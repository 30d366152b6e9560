import { expect, it } from 'vitest';
import { createLine } from './line.ts';

const never = new AbortController().signal;

it('serves so many at a time, in the order in which they came', async () => {
  const line = createLine(2);
  const served: string[] = [];
  const enter = (name: string) => line.enter(never).then((leave) => (served.push(name), leave));
  const [first, second, third] = [enter('a'), enter('b'), enter('c')];
  const leaveFirst = await first;
  await second;
  expect(served).toEqual(['a', 'b']);
  leaveFirst();
  leaveFirst();
  await third;

  expect(served).toEqual(['a', 'b', 'c']);
});

it('passes over who left', async () => {
  const line = createLine(1);
  const leave = await line.enter(never);
  const leaving = new AbortController();
  const gone = line.enter(leaving.signal);
  const last = line.enter(never);
  leaving.abort(new Error('gone'));
  await expect(gone).rejects.toThrow('gone');
  leave();

  await expect(last).resolves.toBeTypeOf('function');
});
