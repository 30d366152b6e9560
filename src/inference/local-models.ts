import type { EngineState } from '../engines/engine.ts';

/** What is known of one model that runs on this machine. Undefined is what is not known, or not so. */
export interface LocalModelReport {
  readonly id: string;
  readonly state: EngineState;
  readonly isPinned: boolean;
  /** Requests that it answers, or that wait for it. */
  readonly users: number;
  /** Bytes that it said it takes, and that it was seen to take. */
  readonly neededBytes: number | undefined;
  readonly residentBytes: number | undefined;
  readonly threads: number | undefined;
  readonly pid: number | undefined;
  /** Milliseconds until it is unloaded if nobody asks. */
  readonly expiresInMs: number | undefined;
}

/** The models that are loaded on this machine, and how they come and go. */
export interface LocalModels {
  report(): readonly LocalModelReport[];
  /** Resolves when the model is ready; throws why it cannot be, `model_not_found` for one that is not local. */
  load(id: string, options: { readonly keepAliveMs?: number | undefined }, signal: AbortSignal): Promise<void>;
  /** Resolves when the model's requests are answered and its memory is free. */
  unload(id: string, signal: AbortSignal): Promise<void>;
}
