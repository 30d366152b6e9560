import type { EmbeddingRequest } from '../../api/embeddings.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { hasImages } from '../../api/message.ts';
import { ManifoldError } from '../../errors.ts';
import type { Clock } from '../../lib/clock.ts';
import type { Engine } from '../engine.ts';
import { prefixDigest } from './affinity.ts';
import { createChatReading } from './chat-reading.ts';
import { choose } from './choose.ts';
import { combinedState } from './combined-state.ts';
import { createEmbedReading } from './embed-reading.ts';
import { Member } from './member.ts';
import type { ReplicaPolicy } from './policy.ts';
import { createQuarantine } from './quarantine.ts';
import type { Replica, ReplicaLog, ReplicaObserver } from './replica.ts';
import { createRetryBudget } from './retry-budget.ts';
import { runOnReplicas } from './run.ts';
import type { RunParts } from './run-parts.ts';
import { createTokenCalls, unable } from './token-calls.ts';
import { unavailable } from './unavailable.ts';

/** Several engines that serve one model, as one. */
export interface ReplicaSet extends Engine {
  /**
   * From now on these are the replicas. One of a name and engine that are there already keeps its streams and what is
   * known of it; a new one is started; one that is missing gets no new requests and is closed once its last stream has
   * ended. Throws `configuration_invalid`, and changes nothing, when two have one name.
   */
  update(replicas: readonly Replica[]): void;
  /** Whether a replica takes image parts: requests with them go to those that do. */
  acceptsImages(): boolean;
}

export interface ReplicaSetParts {
  readonly clock: Clock;
  readonly log: ReplicaLog;
  /** Default: nothing is counted. */
  readonly observer?: ReplicaObserver | undefined;
  /** Between 0 and 1. Default: `Math.random`. */
  readonly random?: () => number;
}

interface Needs {
  readonly affinity?: number | undefined;
  readonly needsImages?: boolean;
}

type Method = 'chat' | 'embed' | 'tokenize' | 'detokenize' | 'render';

/** Makes one engine of several: requests are spread, failures hidden as long as nothing of an answer has been seen. */
export function createReplicaSet(
  replicas: readonly Replica[],
  policy: ReplicaPolicy,
  { clock, log, observer = uncounted, random = Math.random }: ReplicaSetParts,
): ReplicaSet {
  let members: Member[] = [];
  const closing = new Set<Promise<void>>();
  /** The members, and those that were before and still answer. */
  const living = new Set<Member>();
  let isStarted = false;
  let isClosed = false;

  const mayEject = (asking: Member) => {
    const rest = members.filter((member) => member !== asking && member.circuit.state() !== 'closed').length;
    const most = Math.min(Math.ceil(members.length * policy.breaker.mostEjected), members.length - 1);
    return rest + 1 <= most;
  };
  const retire = (member: Member) => {
    if (!(member.isDraining || isClosed) || member.outstanding > 0 || !living.delete(member)) return;
    // One that came back under its name is counted on.
    if (![...living].some(({ name }) => name === member.name)) observer.removed(member.name);
    if (policy.asksSets) return;
    const closed = member.engine.close().catch((err: unknown) => {
      log.warn({ replica: member.name, err }, 'replica did not close');
    });
    closing.add(closed);
    void closed.then(() => closing.delete(closed));
  };
  const create = (replica: Replica) => {
    const member = new Member(replica, { policy, clock, log, observer, mayEject, onIdle: retire });
    living.add(member);
    return member;
  };
  const begin = async (member: Member) => {
    if (policy.asksSets) return;
    await member.engine.start().catch((err: unknown) => {
      log.warn({ replica: member.name, err }, 'replica did not start');
    });
  };
  const drain = (member: Member) => {
    member.isDraining = true;
    retire(member);
  };

  const budget = createRetryBudget(policy.retries, clock);
  const quarantine = createQuarantine(clock);
  /** For requests that only engines with `method`, or that take images, can take. */
  const partsFor = (method: Method, { affinity, needsImages = false }: Needs = {}): RunParts => ({
    policy,
    clock,
    random,
    log,
    observer,
    budget,
    quarantine,
    pick(tried) {
      const left = others(tried, method, needsImages);
      const able = left.filter((member) => policy.alwaysAsks || member.isAble());
      // An engine tells better what is wrong with it than the last look at it, and one of another kind may do what none could.
      const isLast = able.length === 0 && (tried.size === 0 || policy.asksSets);
      const open = isLast ? left.filter((member) => member.isWorthTrying()) : able;
      return choose(open, { affinity, stickyUpTo: policy.stickyUpTo, random });
    },
    hasOther: (tried) => others(tried, method, needsImages).length > 0,
    whyNone: () => whyNone(method),
  });
  const others = (tried: ReadonlySet<Member>, method: Method, needsImages: boolean) =>
    members.filter((member) => !tried.has(member) && canTake(member, method, needsImages));
  const canTake = ({ engine }: Member, method: Method, needsImages: boolean) =>
    engine[method] !== undefined && (!needsImages || acceptsImages(engine));
  /** Where all are alike, they refuse by themselves what they cannot take. */
  const canDiffer = () => new Set(members.map(({ engine }) => acceptsImages(engine))).size > 1;
  const whyNone = (method: Method) => {
    const hasMethod = members.length === 0 || members.some(({ engine }) => engine[method]);
    if (hasMethod || method === 'chat') return unavailable(members, clock);
    return method === 'embed' ? noEmbeddings() : unable(method);
  };

  const update = (next: readonly Replica[]) => {
    if (new Set(next.map(({ name }) => name)).size < next.length) {
      throw new ManifoldError('configuration_invalid', 'Two replicas of a model have one name; each needs its own.');
    }
    const known = new Map(members.map((member) => [member.name, member]));
    const kept = next.map((replica) => {
      const member = known.get(replica.name);
      if (member?.engine !== replica.engine) return create(replica);
      member.describe(replica);
      return member;
    });
    const gone = members.filter((member) => !kept.includes(member));
    const added = kept.filter((member) => !members.includes(member));
    members = kept;
    for (const member of gone) drain(member);
    if (isStarted) for (const member of added) void begin(member);
  };
  update(replicas);

  return {
    /** The kinds of engines there are, most often one. */
    get name() {
      return [...new Set(members.map(({ engine }) => engine.name))].join('+') || 'replicas';
    },
    update,
    acceptsImages: () => members.some(({ engine }) => acceptsImages(engine)),
    isFull: () => members.length > 0 && members.every((member) => !member.isAble() || member.isFull),
    state: () => combinedState(members.map(({ engine }) => engine.state())),
    chat(request: EngineRequest, signal, caller = { cacheSalt: '' }) {
      const isSticky = members.length > 1 && policy.stickyUpTo > 0 && !policy.selfRouting;
      const affinity = isSticky ? prefixDigest(request, caller.cacheSalt) : undefined;
      return runOnReplicas(
        partsFor('chat', { affinity, needsImages: request.messages.some(hasImages) && canDiffer() }),
        {
          request,
          choices: request.n,
          send: (engine, inner, who) => engine.chat(request, inner, who),
          reading: createChatReading(request.n),
          signal,
          caller,
        },
      );
    },
    embed(request: EmbeddingRequest, signal, caller = { cacheSalt: '' }) {
      return runOnReplicas(partsFor('embed'), {
        request,
        send: (engine, inner, who) => engine.embed?.(request, inner, who) ?? Promise.reject(noEmbeddings()),
        reading: createEmbedReading(),
        signal,
        caller,
      });
    },
    ...createTokenCalls(partsFor),
    async start() {
      isStarted = true;
      await Promise.all(members.map(begin));
    },
    async close() {
      isClosed = true;
      for (const member of members) retire(member);
      const own = policy.asksSets ? [] : members;
      await Promise.allSettled([...own.map(({ engine }) => engine.close()), ...closing]);
    },
  };
}

/** One that does not tell reads text only. */
function acceptsImages(engine: Engine): boolean {
  return engine.acceptsImages?.() ?? false;
}

function noEmbeddings(): ManifoldError {
  const message = 'The engines of this model make no embeddings. Name a model that does; GET /v1/models tells them.';
  return new ManifoldError('unsupported_task', message, { param: 'model' });
}

const uncounted: ReplicaObserver = {
  outstandingChanged: () => undefined,
  ejected: () => undefined,
  retried: () => undefined,
  removed: () => undefined,
};
