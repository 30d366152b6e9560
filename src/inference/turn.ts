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
