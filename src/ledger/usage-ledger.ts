import type { Ledger } from './ledger.ts';
import type { UsageQuery, UsageReport } from './usage-query.ts';
import type { UsedBy } from './used-since.ts';

/** The ledger of a server, with what can be asked of it. */
export interface UsageLedger extends Required<Ledger> {
  /**
   * What was used until now. Throws `invalid_value` naming the field where the query cannot be answered, and
   * `storage_unavailable` while the database does not take what was used.
   */
  usage(query: UsageQuery): Promise<UsageReport>;
  /** What everybody used from the beginning of a day in UTC on, for counters that begin anew with the process. */
  usedSince(from: number): Promise<readonly UsedBy[]>;
  /** Brings everything into the database. */
  close(): Promise<void>;
}
