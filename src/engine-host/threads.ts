import type { LibLlama, Pointer } from './libllama/bindings.ts';

/** How many threads this host computes with; its contexts take a change over before their next step. */
export interface Threads {
  now(): number;
  set(count: number): void;
  /** For a context created with as many as there are now. Called before each step in it, never during one. */
  follow(library: Pick<LibLlama, 'setThreads'>, context: Pointer): () => void;
}

export function createThreads(first: number): Threads {
  let now = first;
  return {
    now: () => now,
    set: (count) => void (now = count),
    follow(library, context) {
      let has = now;
      return () => {
        if (has === now) return;
        has = now;
        library.setThreads(context, has, has);
      };
    },
  };
}
