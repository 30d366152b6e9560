import type { EngineState } from './engine.ts';

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
