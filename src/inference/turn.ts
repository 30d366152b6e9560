import type { Leave } from '../limits/fair-queue.ts';

/** A request's turn at a model, given back exactly once, also when it ends while it still waits. */
export interface Turn {
  take(): Promise<void>;
  end(): void;
}

export function createTurn(enter: () => Promise<Leave>): Turn {
  let leave: Leave | undefined;
  let isOver = false;
  return {
    async take() {
      leave = await enter();
      if (isOver) leave();
    },
    end() {
      isOver = true;
      leave?.();
    },
  };
}

/**
 * One turn for all parts of a request: none waits for a place that another holds while that waits to be read. Whoever
 * made it ends it.
 */
export interface SharedTurn {
  readonly parts: number;
  /** The first to ask enters for all. */
  take(enter: () => Promise<Leave>): Promise<void>;
  end(): void;
}

/** `onTaken`: told once, before any part goes on. */
export function createSharedTurn(parts: number, onTaken: () => void): SharedTurn {
  let turn: Turn | undefined;
  let taking: Promise<void> | undefined;
  return {
    parts,
    take(enter) {
      turn ??= createTurn(enter);
      taking ??= turn.take().then(onTaken);
      return taking;
    },
    end: () => turn?.end(),
  };
}
