import { expect, it } from 'vitest';
import { turns } from '../../../test/support/pool-of.ts';
import { ManifoldError, type ErrorCode } from '../../errors.ts';
import { createPlaces } from '../../lib/places.ts';
import type { EngineState } from '../engine.ts';
import type { LocalEngine } from '../local-engine.ts';
import { Residence } from './residence.ts';
import type { Room, Tenant } from './room.ts';

const ready: EngineState = { kind: 'ready', contextLength: 100, slots: 4 };
const never = new AbortController().signal;

/** Engines that are ready at once, fail when told, and take their time to close. */
function residence() {
  const made: (LocalEngine & { fail(code: ErrorCode): void; readonly closed: (() => void)[] })[] = [];
  const create = async () => {
    let state = ready;
    let failure: ManifoldError | undefined;
    const closed: (() => void)[] = [];
    const engine = {
      closed,
      state: () => state,
      failure: () => failure,
      fail(code: ErrorCode) {
        failure = new ManifoldError(code, 'It failed.');
        state = { kind: 'failed', message: 'It failed.' };
      },
      facts: () => ({}),
      start: async () => undefined,
      close: () => new Promise<void>((resolve) => closed.push(resolve)),
    } as unknown as (typeof made)[number];
    made.push(engine);
    return engine;
  };
  const room: Room = { admit: async () => 1, settled: () => undefined, left: () => undefined };
  const quiet = () => undefined;
  const parts = { tenant: {} as Tenant, room, line: createPlaces(2), create };
  return { made, home: new Residence({ ...parts, onOpened: quiet, onAdmitted: quiet, onGone: quiet }) };
}

it('an engine that failed is ended once for all who ask meanwhile, and its successor stays', async () => {
  const { made, home } = residence();
  const ask = () => home.loaded(never, false, () => undefined);
  await ask();
  made[0]?.fail('insufficient_memory');
  const first = ask();
  await turns();
  const second = ask();
  await turns();
  made[0]?.closed[0]?.();
  await first;
  for (const end of made[0]?.closed ?? []) end();
  await turns();

  expect(await second).toBe(made[1]);
  expect(home.engine).toBe(made[1]);
  expect(made).toHaveLength(2);
});

it('a model whose engine died for good is loaded again by hand, at the first try', async () => {
  const { made, home } = residence();
  await home.loaded(never, false, () => undefined);
  made[0]?.fail('model_unavailable');
  const loaded = home.loaded(never, true, () => undefined);
  made[0]?.closed[0]?.();

  expect(await loaded).toBe(made[1]);
});
