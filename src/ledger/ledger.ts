import type { OpenRequest, UsedSoFar } from './open-request.ts';
import type { UsageRecord } from './usage-record.ts';

/** Where the use of every request ends up. */
export interface Ledger {
  /**
   * Keeps the record; once this returns it survives the end of this process. Called before the end of an answer is
   * reported to the client. Idempotent by the record's id. Where `ledger.sync` is `full` it returns a promise, to be
   * awaited: then the record survives a power cut too. Never throws or rejects: what cannot be written is kept in memory,
   * loudly, and written as soon as that is possible. Only records of requests that were not opened and used nothing are
   * dropped when memory is full too.
   */
  append(record: UsageRecord): void | Promise<void>;
  /**
   * Called once it is the turn of a request, before its engine is asked: should this process die before the record of the
   * same id is appended, the next start makes a record of it. Every opened request is appended in the end, however it ends.
   * Throws `storage_unavailable` when its record could not be kept.
   */
  open?(request: OpenRequest): void;
  /**
   * What an open request has used so far; each call replaces the one before, and a moment later it survives the end of
   * this process. Called when the length of the prompt is known, and then once a second or every 64 tokens, whichever is
   * first.
   */
  checkpoint?(used: UsedSoFar): void;
}
