import type { Clock } from '../lib/clock.ts';
import type { UsedSoFar } from './open-request.ts';

/**
 * What open requests have used so far, put down for all of them together: a short request is over before that, and with
 * many long ones each would be a write of its own.
 */
export interface Checkpoints {
  /** Replaces what was noted of the same request before. */
  note(used: UsedSoFar): void;
  /** Its record says all: nothing more of it is put down. */
  forget(id: string): void;
  /** Puts down now what was noted, and nothing from then on. */
  stop(): void;
}

interface CheckpointsOptions {
  readonly clock: Clock;
  /** How long the first of those that are noted waits for others, in milliseconds. */
  readonly withinMs: number;
  readonly putDown: (all: readonly UsedSoFar[]) => void;
}

export function createCheckpoints({ clock, withinMs, putDown }: CheckpointsOptions): Checkpoints {
  const noted = new Map<string, UsedSoFar>();
  let callOff: (() => void) | undefined;
  let isStopped = false;

  const flush = () => {
    callOff?.();
    callOff = undefined;
    if (noted.size === 0) return;
    const all = [...noted.values()];
    noted.clear();
    putDown(all);
  };
  return {
    note(used) {
      if (isStopped) return;
      noted.set(used.id, used);
      callOff ??= clock.after(withinMs, flush);
    },
    forget: (id) => void noted.delete(id),
    stop() {
      isStopped = true;
      flush();
    },
  };
}
