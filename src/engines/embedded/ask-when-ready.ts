import { ManifoldError } from '../../errors.ts';
import type { Supervisor } from './supervisor.ts';

/** Asks a supervised process something as soon as it is ready. */
export type AskWhenReady = <T>(open: () => Promise<T>, signal: AbortSignal) => Promise<T>;

/** Waits `startTimeoutMs` at most for a process that is loading or restarting. */
export function createAsk(supervisor: Supervisor, startTimeoutMs: number): AskWhenReady {
  return async (open, signal) => {
    await supervisor.ready(signal, startTimeoutMs);
    try {
      return await open();
    } catch (failure) {
      // One that just died refuses connections before its exit is noticed: ask its successor, once. One that dies of
      // the request is another matter.
      if (signal.aborted || !(failure instanceof ManifoldError) || failure.code !== 'engine_unreachable') throw failure;
      await supervisor.exitNoticed();
      await supervisor.ready(signal, startTimeoutMs);
      return open();
    }
  };
}
