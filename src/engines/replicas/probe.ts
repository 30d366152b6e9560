import { ManifoldError } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { ReplicaPolicy } from './policy.ts';

/** Asks a replica whether it is well; rejects when it is not. */
export type Probe = (signal: AbortSignal) => Promise<void>;

export interface Health {
  /** Whether the last checks in a row have failed. */
  isDown(): boolean;
  start(): void;
  stop(): void;
}

interface HealthParts {
  readonly clock: Clock;
  /** Between 0 and 1. */
  readonly random: () => number;
  readonly onChange: (isDown: boolean, cause?: unknown) => void;
}

/** Checks a replica at intervals that vary by a fifth, so that many gateways do not ask in step. */
export function createHealth(
  probe: Probe | undefined,
  { intervalMs, timeoutMs, faults }: ReplicaPolicy['probe'],
  { clock, random, onChange }: HealthParts,
): Health {
  let inARow = 0;
  let isDown = false;
  let isStopped = true;
  let callOff: (() => void) | undefined;
  let controller = new AbortController();

  const check = async (ask: Probe) => {
    controller = new AbortController();
    const late = clock.after(timeoutMs, () => controller.abort(new Error('The check took too long.')));
    try {
      await orAborted(ask(controller.signal), controller.signal);
      note(true);
    } catch (cause) {
      note(false, cause);
    } finally {
      late();
    }
    if (!isStopped) plan(ask);
  };
  const note = (isWell: boolean, cause?: unknown) => {
    if (isStopped) return;
    inARow = isWell ? 0 : inARow + 1;
    const isNowDown = inARow >= faults;
    if (isNowDown === isDown) return;
    isDown = isNowDown;
    onChange(isDown, cause);
  };
  const plan = (ask: Probe) => {
    callOff = clock.after(intervalMs * (0.8 + 0.4 * random()), () => void check(ask));
  };

  return {
    isDown: () => isDown,
    start() {
      if (!probe || !isStopped || !Number.isFinite(intervalMs)) return;
      isStopped = false;
      void check(probe);
    },
    stop() {
      isStopped = true;
      callOff?.();
      controller.abort(new ManifoldError('client_closed_request', 'The check is over.'));
    },
  };
}

/** A probe need not react to its signal. */
function orAborted(work: Promise<void>, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason as Error), { once: true });
    work.then(resolve, reject);
  });
}
