import { toManifoldError } from '../../errors.ts';
import type { Attempt } from './attempt.ts';
import type { Member, Visit } from './member.ts';
import type { Reading } from './reading.ts';

/** One request where it runs now. */
export interface Running<T> {
  readonly member: Member;
  readonly attempt: Attempt<T>;
  readonly visit: Visit;
}

/** What the request's attempts have in common. */
export interface Course<T> {
  readonly reading: Reading<T>;
  /** Whether nobody waits any more. */
  isLeft(): boolean;
  /** Begins anew after a failure; rejects where the answer ends with it. */
  goOn(failed: Member, reason: unknown): Promise<Running<T>>;
  /** Told once when the answer is over: to its end, failed for good, or left by its reader. */
  onOver(how: 'whole' | 'failed' | 'left'): void;
}

/** An answer that has all but its end is whole when the end does not come. */
const endWithinMs = 1000;

/** The answer from where it was accepted to its end, whichever attempts it takes. Whoever leaves it need not have begun to read. */
export function readAttempts<T>(accepted: Running<T>, course: Course<T>): AsyncIterableIterator<T> {
  let running: Running<T> | undefined = accepted;
  let out: readonly T[] = [];
  let at = 0;

  const finish = (how: 'whole' | 'failed' | 'left') => {
    if (running === undefined) return;
    running = undefined;
    course.onOver(how);
  };
  const goOn = (failed: Member, reason: unknown) =>
    course.goOn(failed, reason).catch((failure: unknown) => {
      finish('failed');
      throw failure;
    });
  return {
    async next() {
      while (at >= out.length) {
        const current = running;
        if (current === undefined) return { done: true, value: undefined };
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        const step = await takeStep(current, course);
        out = step.out;
        at = 0;
        if (step.isWhole) finish('whole');
        // oxlint-disable-next-line no-await-in-loop
        else if (step.failure !== undefined) running = await goOn(current.member, step.failure.reason);
      }
      return { done: false, value: out[at++] as T };
    },
    return() {
      out = [];
      finish('left');
      return Promise.resolve({ done: true, value: undefined });
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}

interface Step<T> {
  readonly out: readonly T[];
  /** Whether the answer is whole with it. */
  readonly isWhole: boolean;
  readonly failure?: { readonly reason: unknown };
}

/** What the next item of an attempt lets out, or why the attempt failed. */
async function takeStep<T>({ attempt, visit }: Running<T>, course: Course<T>): Promise<Step<T>> {
  const { reading } = course;
  let out: readonly T[] = [];
  try {
    const result = await attempt.next();
    if (result.done !== true) {
      const hadContent = reading.hasContent();
      out = reading.take(result.value);
      if (!hadContent && reading.hasContent()) {
        attempt.answered();
        visit.answered();
      }
      if (reading.isWhole()) attempt.expectEnd(endWithinMs);
      return { out, isWhole: false };
    }
    out = reading.end();
  } catch (reason) {
    if (course.isLeft() || !reading.isWhole()) {
      attempt.end(course.isLeft() ? 'left' : toManifoldError(reason));
      return { out: [], isWhole: false, failure: { reason } };
    }
  }
  attempt.end('whole');
  return { out, isWhole: true };
}
