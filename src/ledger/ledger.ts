import type { UsageRecord } from './usage-record.ts';

/** Where the use of every request ends up. */
export interface Ledger {
  /**
   * Keeps the record; once this returns it survives the end of this process. Called before the end of an answer is
   * reported to the client. Idempotent by the record's id.
   */
  append(record: UsageRecord): void;
}
