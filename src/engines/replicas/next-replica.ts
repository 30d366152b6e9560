import { ManifoldError, toManifoldError } from '../../errors.ts';
import { pause } from '../../lib/clock.ts';
import type { Caller } from '../engine.ts';
import { blameFor, isOfItsKind } from './fault.ts';
import type { Member } from './member.ts';
import type { Reading } from './reading.ts';
import type { RunParts } from './run-parts.ts';

/** Where one request goes: on to the next replica while nothing of an answer was let out, within the budget, none twice. */
export interface NextReplica {
  /** The replica to begin with; throws why there is none. */
  first(): Member;
  /** The replica that is asked after this failure; throws the failure, as a client may see it, where none is. */
  after(failed: Member, reason: unknown): Promise<Member>;
}

interface Going {
  readonly request: object;
  readonly reading: Pick<Reading<unknown>, 'isCommitted' | 'restart' | 'used'>;
  /** Aborted when nobody waits any more. */
  readonly signal: AbortSignal;
  /** When the whole answer has to be there, on the clock. */
  readonly deadlineAt: number;
  readonly caller: Pick<Caller, 'onLostAttempt'>;
}

/** A replica that comes back by itself needs a moment. */
const sameAgainMs = 100;
/** Engines that one request may lose. */
const mostLosses = 2;

export function createNextReplica(parts: RunParts, going: Going): NextReplica {
  const { policy, clock, budget, quarantine, observer, log } = parts;
  const { request, reading, signal, deadlineAt, caller } = going;
  const tried = new Set<Member>();
  let attempts = 0;
  let losses = 0;
  /** Which of its engines the replica had that was asked last. */
  let life = 0;
  /** The last failure that says nothing of the request. */
  let trouble: ManifoldError | undefined;

  const chosen = (member: Member): Member => {
    attempts++;
    tried.add(member);
    life = member.life;
    return member;
  };
  /** What an engine's failure says of it, and of the request. */
  const remember = async (member: Member, failure: ManifoldError) => {
    log.warn({ replica: member.name, code: failure.code }, 'replica failed a request');
    // A set tells of its own engines' attempts.
    if (!reading.isCommitted() && !policy.asksSets) caller.onLostAttempt?.(reading.used());
    if (policy.selfRouting) return;
    if (failure.code !== 'engine_disconnected') return quarantine.troubled(request, member.name);
    losses++;
    await quarantine.lost({ request, replica: member.name, life, isShared: member.noteLoss(life) });
  };
  const mayGoOn = () =>
    !policy.selfRouting &&
    // Continuing the text on another replica would begin here.
    !reading.isCommitted() &&
    attempts < policy.retries.mostAttempts &&
    losses < mostLosses &&
    clock.now() < deadlineAt;
  /** The connection to the only replica was lost: it may have been that connection, or the replica is restarted. */
  const sameAgain = (member: Member, { code }: ManifoldError) => {
    const isFirst = tried.size === 1 && attempts === 1;
    // A set has done so itself.
    return code === 'engine_disconnected' && isFirst && !policy.asksSets && member.isAble() ? member : undefined;
  };

  return {
    first() {
      const first = parts.pick(tried);
      if (!first) throw parts.whyNone();
      return chosen(first);
    },
    async after(failed, reason) {
      signal.throwIfAborted();
      const failure = toManifoldError(reason);
      const blame = blameFor(failure);
      if (blame === 'caller') throw failure;
      if (blame === 'engine') await remember(failed, failure);
      const isForAnother = blame === 'request' && policy.asksSets && isOfItsKind(failure);
      if (!isForAnother) trouble = failure;
      if ((blame === 'request' && !isForAnother) || !mayGoOn()) throw explained(failure);
      const next = parts.pick(tried) ?? sameAgain(failed, failure);
      if (!next && isForAnother) throw explained(trouble ?? (parts.hasOther(tried) ? parts.whyNone() : failure));
      // What an engine of a kind cannot do is no trouble, of which the budget bounds what it leads to.
      if (!next || !(isForAnother || budget.spend())) throw explained(failure);
      reading.restart();
      observer.retried(failed.name, failure.code);
      log.info({ replica: failed.name, next: next.name, code: failure.code }, 'request sent on to another replica');
      if (next !== failed) return chosen(next);
      await pause(sameAgainMs * (0.5 + 0.5 * parts.random()), signal, clock);
      // Another may have come meanwhile, and this one gone.
      const other = parts.pick(tried) ?? next;
      if (other.isDraining) throw failure;
      return chosen(other);
    },
  };
}

/** The client asked for a model that is served; that an engine does not know it is not the client's mistake. */
function explained(failure: ManifoldError): ManifoldError {
  if (failure.code !== 'model_not_found' && failure.code !== 'route_not_found') return failure;
  const message = 'The engine that is configured for this model does not have it.';
  return new ManifoldError('model_unavailable', message, { param: 'model', cause: failure });
}
