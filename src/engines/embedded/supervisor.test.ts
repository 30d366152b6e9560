import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { HostProcess } from './host-process.ts';
import { Supervisor, type ProcessListeners } from './supervisor.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const quiet = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };
const need = { weights: 1, keyValueCache: 1, compute: 1, runtime: 1 };
const plan = { event: 'plan' as const, wanted: need, least: need, mapped: 0, graphics: null };

/** A supervisor whose host says what the test lets it say, and was killed so often. */
function supervised(admit: () => Promise<number | null> = async () => null) {
  let kills = 0;
  let tell: ProcessListeners['onEvent'] = () => undefined;
  const start = ({ onEvent }: ProcessListeners): HostProcess => {
    tell = onEvent;
    return {
      pid: 1,
      exited: new Promise(() => undefined),
      tell: () => undefined,
      kill: () => void kills++,
      stop: async () => undefined,
    };
  };
  const options = { modelId: 'm', modelPath: '/m.gguf', threads: 1, start };
  const supervisor = new Supervisor(options, { stallTimeoutMs: 1000, admit, log: quiet });
  supervisor.start();
  return { kills: () => kills, say: (event: Parameters<typeof tell>[0]) => tell(event), supervisor };
}

it('a host that says nothing while it loads is ended, after ten times what a running one may be silent', async () => {
  const host = supervised();
  host.say(plan);
  await vi.advanceTimersByTimeAsync(9000);
  expect(host.kills()).toBe(0);

  await vi.advanceTimersByTimeAsync(3000);
  expect(host.kills()).toBe(1);
});

it('a load may take as long as it likes while it goes on', async () => {
  const host = supervised();
  host.say(plan);
  for (let step = 1; step <= 5; step++) {
    // oxlint-disable-next-line no-await-in-loop -- time passes step by step
    await vi.advanceTimersByTimeAsync(8000);
    host.say({ event: 'progress', fraction: step / 5 });
  }

  expect(host.kills()).toBe(0);
});

it('a host is not blamed for the time that it waits for room', async () => {
  const host = supervised(() => new Promise(() => undefined));
  host.say(plan);
  await vi.advanceTimersByTimeAsync(60_000);

  expect(host.kills()).toBe(0);
});

it('a host that cannot be started is tried again until it can, since that says nothing of its model', async () => {
  let starts = 0;
  let isCrowded = true;
  const start = (): HostProcess => {
    starts++;
    if (isCrowded) throw new Error('too many open files');
    const exited = new Promise<never>(() => undefined);
    return { pid: 1, exited, tell: () => undefined, kill: () => undefined, stop: async () => undefined };
  };
  const options = { modelId: 'm', modelPath: '/m.gguf', threads: 1, start };
  const supervisor = new Supervisor(options, { stallTimeoutMs: 1e9, admit: async () => null, log: quiet });
  supervisor.start();
  await vi.advanceTimersByTimeAsync(100);
  expect(starts).toBe(2);
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect(supervisor.state()).toMatchObject({ kind: 'loading' });

  isCrowded = false;
  await vi.advanceTimersByTimeAsync(60_000);

  const tried = starts;
  await vi.advanceTimersByTimeAsync(60 * 60_000);
  expect(starts).toBe(tried);
  expect(supervisor.state()).toMatchObject({ kind: 'loading' });
});

it('deaths are counted by time that passed, whatever becomes of the clock', async () => {
  let die: () => void = () => undefined;
  const start = ({ onEvent }: ProcessListeners): HostProcess => {
    const { promise: exited, resolve } = Promise.withResolvers<Awaited<HostProcess['exited']>>();
    die = () => resolve({ code: 1, signal: null, lastWords: '' });
    onEvent(plan);
    return { pid: 1, exited, tell: () => undefined, kill: () => undefined, stop: async () => undefined };
  };
  const options = { modelId: 'm', modelPath: '/m.gguf', threads: 1, start };
  const parts = { stallTimeoutMs: 1e9, admit: () => new Promise<null>(() => undefined), log: quiet };
  const supervisor = new Supervisor(options, parts);
  supervisor.start();
  for (let death = 0; death < 6; death++) {
    die();
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await vi.advanceTimersByTimeAsync(10 * 60_000);
    vi.setSystemTime(Date.now() - 60 * 60_000);
  }

  expect(supervisor.state()).toMatchObject({ kind: 'loading' });
});
