import type { LoadPlan, MemoryNeed } from '../api/internal/engine-host.ts';
import type { ManifoldError } from '../errors.ts';
import type { Engine } from './engine.ts';

/**
 * Asked by a local engine each time before it takes memory: when it starts, and when it is started again. Resolves with
 * the bytes it may take, null for as many as are free; throws why it may not.
 */
export type Admit = (plan: LoadPlan) => Promise<number | null>;

/** What a local engine takes of this machine. Undefined is what is not known yet. */
export interface LocalFacts {
  readonly pid: number | undefined;
  /** What it said it would take; `residentBytes` is what it was seen to take. */
  readonly need: MemoryNeed | undefined;
  readonly residentBytes: number | undefined;
  /** Processor threads it computes with. */
  readonly threads: number;
}

/** An engine in a process of ours on this machine. */
export interface LocalEngine extends Engine {
  /** From its next step on. */
  setThreads(threads: number): void;
  facts(): LocalFacts;
  /** Why it is `failed`, as whoever asks is told; undefined while it is not. */
  failure(): ManifoldError | undefined;
}
