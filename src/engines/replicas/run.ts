import type { Caller, Engine } from '../engine.ts';
import { answerLeft } from '../incomplete-answer.ts';
import { startAttempt } from './attempt.ts';
import { createEmulatedTeller } from './emulated-teller.ts';
import type { Member } from './member.ts';
import { createNextReplica } from './next-replica.ts';
import { readAttempts, type Running } from './read-attempts.ts';
import type { Reading } from './reading.ts';
import type { RunParts } from './run-parts.ts';

export interface Asked<T> {
  readonly request: object;
  /** How many answers it asks for. Default: 1. */
  readonly choices?: number;
  readonly send: (engine: Engine, signal: AbortSignal, caller: Caller) => Promise<AsyncIterable<T>>;
  readonly reading: Reading<T>;
  readonly signal: AbortSignal;
  readonly caller: Caller;
}

/**
 * One request through the replicas. Resolves when one accepted it. From the first content on the answer is that
 * replica's, and its failure the stream's. What was taken on a replica is given back exactly once, also when the stream
 * is never read: then when `signal` aborts.
 */
export async function runOnReplicas<T>(parts: RunParts, asked: Asked<T>): Promise<AsyncIterable<T>> {
  const { policy, clock, budget, quarantine } = parts;
  const { request, reading, signal, caller, choices } = asked;
  const deadlineAt = clock.now() + policy.timeouts.totalMs;
  const tellerOfAttempt = createEmulatedTeller(caller);
  /** Aborted when nobody waits any more, be it that the answer is left or the request is. */
  const leaving = new AbortController();
  const onAbort = () => leaving.abort(signal.reason);
  const settle = () => signal.removeEventListener('abort', onAbort);
  const next = createNextReplica(parts, { request, reading, signal: leaving.signal, deadlineAt, caller });

  const begin = async (member: Member): Promise<Running<T>> => {
    leaving.signal.throwIfAborted();
    const visit = member.enter(choices);
    caller.onReplica?.(member.name);
    const emulated = tellerOfAttempt();
    const attempt = await startAttempt<T>({
      open: async (inner, onWait) =>
        asked.send(member.engine, inner, { ...caller, onEmulated: emulated.named, onWait }),
      signal: leaving.signal,
      timeouts: policy.timeouts,
      deadlineAt,
      clock,
      onEnd: (how) => visit.end(how),
    });
    emulated.accepted();
    return { member, attempt, visit };
  };
  /** Begins on a replica, and on the next ones as long as none accepts. */
  const accepted = async (first: Member): Promise<Running<T>> => {
    for (let member = first; ;) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        return await begin(member);
      } catch (failure) {
        // oxlint-disable-next-line no-await-in-loop
        member = await next.after(member, failure);
      }
    }
  };

  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  budget.earn();
  try {
    if (!policy.selfRouting) await quarantine.check(request);
    return readAttempts(await accepted(next.first()), {
      reading,
      isLeft: () => leaving.signal.aborted,
      goOn: async (failed, reason) => accepted(await next.after(failed, reason)),
      onOver(how) {
        settle();
        if (how === 'left') leaving.abort(answerLeft());
        if (how === 'whole' && !policy.selfRouting) void quarantine.answered(request);
      },
    });
  } catch (failure) {
    settle();
    throw failure;
  }
}
