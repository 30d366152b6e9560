import { ManifoldError, toManifoldError } from '../../errors.ts';
import { pause, type Clock } from '../../lib/clock.ts';
import type { Caller, Engine } from '../engine.ts';
import { answerLeft } from '../incomplete-answer.ts';
import { startAttempt } from './attempt.ts';
import { blameFor, isOfItsKind, type Blame } from './fault.ts';
import type { Member } from './member.ts';
import type { ReplicaPolicy } from './policy.ts';
import type { Quarantine } from './quarantine.ts';
import { readAttempts, type Running } from './read-attempts.ts';
import type { Reading } from './reading.ts';
import type { ReplicaLog, ReplicaObserver } from './replica.ts';
import type { RetryBudget } from './retry-budget.ts';

export interface RunParts {
  readonly policy: ReplicaPolicy;
  readonly clock: Clock;
  readonly random: () => number;
  readonly log: ReplicaLog;
  readonly observer: ReplicaObserver;
  readonly budget: RetryBudget;
  readonly quarantine: Quarantine;
  /** The replica for the next attempt, none of those that were tried; undefined when there is none. */
  readonly pick: (tried: ReadonlySet<Member>) => Member | undefined;
  /** Whether there is another one than those, though it may not be asked now. */
  readonly hasOther: (tried: ReadonlySet<Member>) => boolean;
  /** Why there is none. */
  readonly whyNone: () => ManifoldError;
}

export interface Asked<T> {
  readonly request: object;
  /** How many answers it asks for. Default: 1. */
  readonly choices?: number;
  readonly send: (engine: Engine, signal: AbortSignal, caller: Caller) => Promise<AsyncIterable<T>>;
  readonly reading: Reading<T>;
  readonly signal: AbortSignal;
  readonly caller: Caller;
}

/** A replica that comes back by itself needs a moment. */
const sameAgainMs = 100;
/** Engines that one request may lose. */
const mostLosses = 2;

/**
 * One request through the replicas: the next one while nothing of an answer has been let out, within the budget, and
 * none twice. Resolves when one accepted it. From the first content on the answer is that replica's, and its failure
 * the stream's. What was taken on a replica is given back exactly once, also when the stream is never read: then when
 * `signal` aborts.
 */
export async function runOnReplicas<T>(parts: RunParts, asked: Asked<T>): Promise<AsyncIterable<T>> {
  const { policy, clock, budget, quarantine, observer, log } = parts;
  const { request, reading, signal, caller, choices } = asked;
  const deadlineAt = clock.now() + policy.timeouts.totalMs;
  const tried = new Set<Member>();
  let attempts = 0;
  let losses = 0;
  /** The last failure that says nothing of the request. */
  let trouble: ManifoldError | undefined;
  let emulated: readonly string[] = [];
  /** Aborted when nobody waits any more, be it that the answer is left or the request is. */
  const leaving = new AbortController();
  const onAbort = () => leaving.abort(signal.reason);
  const settle = () => signal.removeEventListener('abort', onAbort);

  const begin = async (member: Member): Promise<Running<T>> => {
    leaving.signal.throwIfAborted();
    attempts++;
    tried.add(member);
    const visit = member.enter(choices);
    caller.onReplica?.(member.name);
    let named: readonly string[] = [];
    let isAccepted = false;
    // What another replica said before does not hold for this one.
    const tell = () => {
      if (named.length > 0 || emulated.length > 0) caller.onEmulated?.(named);
      emulated = named;
    };
    const onEmulated = (names: readonly string[]) => {
      named = names;
      // A set may say something else later, when another of its replicas took over.
      if (isAccepted) tell();
    };
    const attempt = await startAttempt<T>({
      open: async (inner, onWait) => asked.send(member.engine, inner, { ...caller, onEmulated, onWait }),
      signal: leaving.signal,
      timeouts: policy.timeouts,
      deadlineAt,
      clock,
      onEnd: (how) => visit.end(how),
    });
    isAccepted = true;
    tell();
    return { member, attempt, visit };
  };

  /** Where the request goes after a failure; throws that failure where it goes nowhere. */
  const after = async (failed: Member, reason: unknown): Promise<Member> => {
    leaving.signal.throwIfAborted();
    const failure = toManifoldError(reason);
    const blame = blameFor(failure);
    if (blame === 'caller') throw failure;
    await remember(failed, failure, blame);
    const isForAnother = blame === 'request' && policy.asksSets && isOfItsKind(failure);
    if (!isForAnother) trouble = failure;
    if (blame === 'engine' && !reading.isCommitted() && !policy.asksSets) caller.onLostAttempt?.(reading.used());
    const isFinal =
      policy.selfRouting ||
      (blame === 'request' && !isForAnother) ||
      // Continuing the text on another replica would begin here.
      reading.isCommitted() ||
      attempts >= policy.retries.mostAttempts ||
      losses >= mostLosses ||
      clock.now() >= deadlineAt;
    if (isFinal) throw explained(failure);
    const next = parts.pick(tried) ?? (failure.code === 'engine_disconnected' ? sameAgain(failed) : undefined);
    if (!next && isForAnother) throw explained(trouble ?? (parts.hasOther(tried) ? parts.whyNone() : failure));
    // What an engine of a kind cannot do is no trouble, of which the budget bounds what it leads to.
    if (!next || !(isForAnother || budget.spend())) throw explained(failure);
    reading.restart();
    observer.retried(failed.name, failure.code);
    log.info({ replica: failed.name, next: next.name, code: failure.code }, 'request sent on to another replica');
    if (next !== failed) return next;
    await pause(sameAgainMs * (0.5 + 0.5 * parts.random()), leaving.signal, clock);
    // Another may have come meanwhile, and this one gone.
    const other = parts.pick(tried) ?? next;
    if (other.isDraining) throw failure;
    return other;
  };
  /** The connection to the only replica was lost: it may have been that connection, or the replica is restarted. */
  const sameAgain = (member: Member) => {
    const isFirst = tried.size === 1 && attempts === 1;
    // A set has done so itself.
    return isFirst && !policy.asksSets && member.isAble() ? member : undefined;
  };

  const remember = async (member: Member, failure: ManifoldError, blame: Blame) => {
    if (blame !== 'engine') return;
    log.warn({ replica: member.name, code: failure.code }, 'replica failed a request');
    if (policy.selfRouting) return;
    if (failure.code !== 'engine_disconnected') return quarantine.troubled(request, member.name);
    losses++;
    const isShared = member.noteLoss();
    await quarantine.lost({ request, replica: member.name, isShared });
  };

  /** Begins on a replica, and on the next ones as long as none accepts. */
  const accepted = async (first: Member): Promise<Running<T>> => {
    for (let member = first; ;) {
      try {
        // oxlint-disable-next-line no-await-in-loop -- one after the other is the point
        return await begin(member);
      } catch (failure) {
        // oxlint-disable-next-line no-await-in-loop
        member = await after(member, failure);
      }
    }
  };

  signal.throwIfAborted();
  signal.addEventListener('abort', onAbort, { once: true });
  budget.earn();
  try {
    if (!policy.selfRouting) await quarantine.check(request);
    const first = parts.pick(tried);
    if (!first) throw parts.whyNone();
    return readAttempts(await accepted(first), {
      reading,
      isLeft: () => leaving.signal.aborted,
      goOn: async (failed, reason) => accepted(await after(failed, reason)),
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

/** The client asked for a model that is served; that an engine does not know it is not the client's mistake. */
function explained(failure: ManifoldError): ManifoldError {
  if (failure.code !== 'model_not_found' && failure.code !== 'route_not_found') return failure;
  const message = 'The engine that is configured for this model does not have it.';
  return new ManifoldError('model_unavailable', message, { param: 'model', cause: failure });
}
