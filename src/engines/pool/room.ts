import { totalNeed, type LoadPlan, type MemoryNeed } from '../../api/internal/engine-host.ts';
import { ManifoldError } from '../../errors.ts';
import { unlessAborted } from '../../lib/unless-aborted.ts';

/** A model as the room sees it. */
export interface Tenant {
  readonly id: string;
  /** Never put out to make room. */
  readonly isPinned: boolean;
  /** On a clock; who has the smallest goes first. */
  readonly lastUsedAt: number;
  /** Whether it is loaded and nobody uses it or waits for it. */
  isIdle(): boolean;
  /** Keeps whoever comes from now on outside, until the result is called. */
  hold(): () => void;
  /** Resolves once it is idle, or gone. */
  whenIdle(): Promise<void>;
  /** Ends it; resolves when its memory is free. */
  unload(): Promise<void>;
}

export interface RoomLimits {
  /** Bytes that programs may still take, now. */
  readonly free: () => number;
  /** Of these, what is left alone. */
  readonly reserve: number;
  /** Bytes that all models may take together. */
  readonly memoryLimit: number;
  /** Models that may be loaded at once. */
  readonly maxLoaded: number;
}

/** The memory of this machine, given to models in the order in which they ask. */
export interface Room {
  /**
   * Makes room for a model: those that nobody uses go, the longest unused first, as far as it takes; where that is not
   * enough, a busy one once it is idle. Resolves with the bytes that are there. Throws `insufficient_memory` for a model
   * that would not fit if all that may go went, and the signal's reason when it is aborted before.
   */
  admit(tenant: Tenant, plan: LoadPlan, signal: AbortSignal): Promise<number>;
  /** It has taken what it was admitted with, which turned out to be this. */
  settled(tenant: Tenant, need: MemoryNeed | undefined): void;
  /** It is gone. */
  left(tenant: Tenant): void;
}

/** What a model holds, or is about to take. */
interface Holding {
  readonly bytes: number;
  /** Of these, pages of files. */
  readonly mapped: number;
  readonly graphics: number;
  readonly isSettled: boolean;
}

export function createRoom(limits: RoomLimits): Room {
  const holdings = new Map<Tenant, Holding>();
  let last: Promise<unknown> = Promise.resolve();
  /** Told when one that holds memory lets go of it unasked. One at a time makes room. */
  let onFreed: () => void = () => undefined;

  /** Without what this one holds: it may be starting again. */
  const others = (tenant: Tenant) => [...holdings].filter(([other]) => other !== tenant);
  const freeFor = (tenant: Tenant): number => {
    let free = limits.free() - limits.reserve;
    let allowed = limits.memoryLimit;
    for (const [, { bytes, mapped, isSettled }] of others(tenant)) {
      // The kernel counts the pages of files as free, and does not know of what is still to be taken.
      free -= isSettled ? mapped : bytes;
      allowed -= bytes;
    }
    return Math.max(0, Math.min(free, allowed));
  };
  const heldBy = (tenants: readonly Tenant[]) =>
    tenants.reduce((sum, each) => sum + (holdings.get(each)?.bytes ?? 0), 0);
  const holdsGraphics = (tenant: Tenant) => (holdings.get(tenant)?.graphics ?? 0) > 0;

  const makeRoom = async (tenant: Tenant, plan: LoadPlan, signal: AbortSignal): Promise<number> => {
    const [wanted, least] = [totalNeed(plan.wanted), totalNeed(plan.least)];
    let graphicsMissing = plan.graphics === null ? 0 : plan.graphics.wanted - plan.graphics.free;
    const releases: (() => void)[] = [];
    try {
      for (;;) {
        signal.throwIfAborted();
        const free = freeFor(tenant);
        const mayGo = others(tenant)
          .map(([other]) => other)
          .filter(({ isPinned }) => !isPinned)
          .toSorted((a, b) => a.lastUsedAt - b.lastUsedAt);
        const isCountFull = others(tenant).length >= limits.maxLoaded;
        if (isCountFull && mayGo.length === 0) throw tooMany(limits.maxLoaded);
        if (least > free + heldBy(mayGo)) throw insufficient(plan, free + heldBy(mayGo));
        const idle = mayGo.filter((other) => other.isIdle());
        // All that is wanted, if others that are idle make it possible; what there is, if not.
        const target = wanted <= free + heldBy(idle) ? wanted : least;
        const isShort = target > free || isCountFull;
        const next = isShort ? idle[0] : graphicsMissing > 0 ? idle.find(holdsGraphics) : undefined;
        if (next) {
          graphicsMissing -= holdings.get(next)?.graphics ?? 0;
          await next.unload();
        } else if (isShort) {
          // The one that was not used for the longest takes nobody in meanwhile: under steady load none is ever idle.
          if (mayGo[0]) releases.push(mayGo[0].hold());
          const freed = new Promise<void>((resolve) => (onFreed = resolve));
          await unlessAborted(Promise.race([freed, ...mayGo.map((each) => each.whenIdle())]), signal);
        } else return free;
      }
    } finally {
      for (const release of releases) release();
    }
  };

  return {
    admit(tenant, plan, signal) {
      const held = holdings.get(tenant);
      // One that is started again takes what it had, unless it was given away meanwhile: then it asks like any other.
      if (held && held.bytes <= freeFor(tenant)) return Promise.resolve(freeFor(tenant));
      // Who waits for it to be idle has no need to: it may not be before it has been in the line behind.
      if (holdings.delete(tenant)) onFreed();
      // One after the other, so that nobody takes what was made free for another, or overtakes a large model for ever.
      const turn = last.then(async () => {
        const free = await makeRoom(tenant, plan, signal);
        const bytes = Math.min(totalNeed(plan.wanted), free);
        const graphics = plan.graphics?.wanted ?? 0;
        holdings.set(tenant, { bytes, mapped: plan.mapped, graphics, isSettled: false });
        return free;
      });
      last = turn.catch(() => undefined);
      return unlessAborted(turn, signal);
    },
    settled(tenant, need) {
      const holding = holdings.get(tenant);
      if (!holding) return;
      holdings.set(tenant, { ...holding, bytes: need ? totalNeed(need) : holding.bytes, isSettled: true });
    },
    left: (tenant) => void holdings.delete(tenant),
  };
}

function insufficient(plan: LoadPlan, free: number): ManifoldError {
  return new ManifoldError(
    'insufficient_memory',
    `The model needs ${gib(totalNeed(plan.least))} of memory at least (weights ${gib(plan.least.weights)}, context ` +
      `${gib(plan.least.keyValueCache)}) and ${gib(free)} can be made free; lower its context or slots, set mayShrink, ` +
      `or choose a smaller model.`,
    { param: 'model' },
  );
}

function tooMany(most: number): ManifoldError {
  return new ManifoldError(
    'insufficient_memory',
    `No more than ${most} models may be loaded (loading.maxLoaded), and those that are loaded are pinned.`,
    { param: 'model' },
  );
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(2)} GiB`;
}
