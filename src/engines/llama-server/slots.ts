import { ManifoldError } from '../../errors.ts';
import { commonLength } from '../../lib/common-length.ts';

/** A slot of the server that one request has to itself. */
export interface TakenSlot {
  readonly id: number;
  /** Whether what lies there was computed for requests of the same salt, so that it may be used again. */
  readonly mayReuse: boolean;
  /** Gives it back; counts only the first time. */
  release(): void;
  /** The same for a request that may have computed nothing: what lies there may still be what was there before it. */
  abandon(): void;
}

export interface Slots {
  /**
   * The best free slot, or a place in the line. `beginning` is how the prompt begins: of the slots of the same salt the
   * one that has read most of it is taken. Rejects with `engine_overloaded` when too many wait.
   */
  take(salt: string, beginning: string, signal: AbortSignal): Promise<TakenSlot>;
}

interface Slot {
  readonly id: number;
  salt: string | undefined;
  beginning: string;
  usedAt: number;
}

interface Waiting {
  readonly salt: string;
  readonly beginning: string;
  readonly enter: (slot: TakenSlot) => void;
}

/** Beginnings that have less than this in common save nothing. */
const worthKeeping = 64;

/** Shares out a server's slots: which request reads what another left is decided here, and not by the server. */
export function createSlots(count: number, mostWaiting: number): Slots {
  const free: Slot[] = Array.from({ length: count }, (_, id) => ({ id, salt: undefined, beginning: '', usedAt: 0 }));
  const line: Waiting[] = [];
  let turn = 0;

  const taken = (salt: string, beginning: string): TakenSlot | undefined => {
    const slot = bestOf(free, salt, beginning);
    if (slot === undefined) return undefined;
    free.splice(free.indexOf(slot), 1);
    const mayReuse = slot.salt === salt;
    Object.assign(slot, { salt, beginning });
    let isGiven = false;
    const giveBack = (isComputed: boolean) => {
      if (isGiven) return;
      isGiven = true;
      // What another salt left may lie there yet: until something is computed it is nobody's.
      if (!isComputed && !mayReuse) slot.salt = undefined;
      slot.usedAt = ++turn;
      free.push(slot);
      serve();
    };
    return { id: slot.id, mayReuse, release: () => giveBack(true), abandon: () => giveBack(false) };
  };
  const serve = () => {
    const [next] = line;
    const slot = next && taken(next.salt, next.beginning);
    if (slot === undefined) return;
    line.shift();
    next?.enter(slot);
  };

  return {
    take(salt, beginning, signal) {
      if (signal.aborted) return Promise.reject(cancelled());
      const slot = taken(salt, beginning);
      if (slot !== undefined) return Promise.resolve(slot);
      if (line.length >= mostWaiting) return Promise.reject(overloaded());
      return new Promise((resolve, reject) => {
        const waiting: Waiting = {
          salt,
          beginning,
          enter(entered) {
            signal.removeEventListener('abort', leave);
            resolve(entered);
          },
        };
        const leave = () => {
          line.splice(line.indexOf(waiting), 1);
          reject(cancelled());
        };
        signal.addEventListener('abort', leave, { once: true });
        line.push(waiting);
      });
    },
  };
}

/** The slot that has read most of the beginning, else the one that was not used for longest. */
function bestOf(free: readonly Slot[], salt: string, beginning: string): Slot | undefined {
  let best: Slot | undefined;
  let most = worthKeeping - 1;
  for (const slot of free) {
    const length = slot.salt === salt ? commonLength(slot.beginning, beginning) : 0;
    if (length > most) [best, most] = [slot, length];
  }
  return best ?? free.toSorted((a, b) => a.usedAt - b.usedAt)[0];
}

function cancelled(): ManifoldError {
  return new ManifoldError('client_closed_request', 'The request was cancelled.');
}

function overloaded(): ManifoldError {
  return new ManifoldError('engine_overloaded', 'Too many requests wait for this model; try again shortly.', {
    retryAfterSeconds: 2,
  });
}
