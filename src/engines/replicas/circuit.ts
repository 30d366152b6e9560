import type { Clock } from '../../lib/clock.ts';
import type { ReplicaPolicy } from './policy.ts';

export type CircuitState = 'closed' | 'open' | 'half-open';

/** What becomes known of one request that went through. */
export interface Passage {
  /** Content came: the engine works. */
  answered(): void;
  /** How it ended, once; `neutral` says nothing about the engine. */
  end(how: 'success' | 'fault' | 'neutral'): void;
}

/**
 * A passive circuit breaker: enough faults in a row open it, time half-opens it for one request, and that one decides.
 * Until a request has succeeded after that, one fault opens it again, for twice as long.
 */
export interface Circuit {
  state(): CircuitState;
  /** Whether a request may be sent now. */
  allows(): boolean;
  /** Counts a request in. */
  enter(): Passage;
  /** When it half-opens, on the clock; undefined unless it is open. */
  opensAgainAt(): number | undefined;
}

interface CircuitParts {
  readonly clock: Clock;
  /** Asked before it opens: not too many may be open at once. */
  readonly mayOpen: () => boolean;
  readonly onOpen: () => void;
}

export function createCircuit(
  { faults, openMs, mostOpenMs }: ReplicaPolicy['breaker'],
  { clock, mayOpen, onOpen }: CircuitParts,
): Circuit {
  let inARow = 0;
  let isOpen = false;
  let lastOpenMs = 0;
  let until = 0;
  let isTrialRunning = false;

  const open = () => {
    // Faults that follow soon after the last time are the same trouble.
    const followsSoon = lastOpenMs > 0 && clock.now() - until < 2 * lastOpenMs;
    lastOpenMs = followsSoon ? Math.min(mostOpenMs, 2 * lastOpenMs) : openMs;
    until = clock.now() + lastOpenMs;
    isOpen = true;
    onOpen();
  };
  const state = (): CircuitState => (isOpen ? (clock.now() < until ? 'open' : 'half-open') : 'closed');

  return {
    state,
    allows: () => !isOpen || (clock.now() >= until && !isTrialRunning),
    opensAgainAt: () => (state() === 'open' ? until : undefined),
    enter() {
      const isTrial = isOpen;
      if (isTrial) isTrialRunning = true;
      let isEnded = false;
      /** The engine works, but has to prove it: the next fault is one too many. */
      const closeOnProbation = () => {
        isTrialRunning = false;
        isOpen = false;
        inARow = faults - 1;
      };
      const onTrial = (how: 'success' | 'fault' | 'neutral') => {
        isTrialRunning = false;
        if (how === 'fault') open();
        else if (how === 'success') closeOnProbation();
      };
      return {
        answered() {
          if (isTrial && isOpen && !isEnded) closeOnProbation();
        },
        end(how) {
          if (isEnded) return;
          isEnded = true;
          if (isTrial && isOpen) return onTrial(how);
          // What was sent before it opened has had its say.
          if (isOpen || how === 'neutral') return;
          inARow = how === 'success' ? 0 : inARow + 1;
          if (inARow >= faults && mayOpen()) open();
        },
      };
    },
  };
}
