import { expect, it } from 'vitest';
import { fakeClock } from '../../test/support/fake-clock.ts';
import { watchKeys } from './watch-keys.ts';

/** Keys of which one changes with each revision, in a store that fails when the test says so. */
function watched() {
  const clock = fakeClock();
  const state = { isFailing: false, last: 0 };
  const told: string[] = [];
  const failingOr = <T>(value: T): T => {
    if (state.isFailing) throw new Error('i/o error');
    return value;
  };
  const watch = watchKeys({
    store: {
      lastRevision: async () => failingOr(state.last),
      changedSince: async (seen) =>
        failingOr(
          Array.from({ length: state.last - seen }, (_, at) => at + seen + 1).map((revision) => ({
            id: `key_${revision}`,
            status: 'revoked',
            revision,
          })),
        ),
    },
    onForeignChange: () => () => undefined,
    clock,
    onChange: (changed) => void told.push(...changed.map(({ id }) => id)),
    onFailure: () => undefined,
  });
  return { watch, clock, state, told };
}

it('tells each change once', async () => {
  const { watch, state, told } = watched();
  await watch.look();

  state.last = 2;
  await Promise.all([watch.look(), watch.look()]);

  expect(told).toEqual(['key_1', 'key_2']);
});

it('tells later what a change of its own process could not be told of when it was made', async () => {
  const { watch, clock, state, told } = watched();
  await watch.look();
  state.last = 1;
  state.isFailing = true;
  await expect(watch.look()).rejects.toThrow('i/o error');

  state.isFailing = false;
  await clock.advance(250);

  expect(told).toEqual(['key_1']);
});

it('tells what changed before its first look came to an end', async () => {
  const { watch, clock, state, told } = watched();
  state.isFailing = true;
  await clock.advance(0);
  await expect(watch.look()).rejects.toThrow('i/o error');

  state.last = 1;
  state.isFailing = false;
  await clock.advance(250);

  expect(told).toEqual(['key_1']);
});
