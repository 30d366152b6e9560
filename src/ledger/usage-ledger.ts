import type { Ledger } from './ledger.ts';
import type { UsageQuery, UsageReport } from './usage-query.ts';
import type { Days, UsedBy } from './used-within.ts';

/** The ledger of a server, with what can be asked of it. */
export interface UsageLedger extends Required<Ledger> {
  /**
   * What was used until now. Throws `invalid_value` naming the field where the query cannot be answered, and
   * `storage_unavailable` while the database does not take what was used, or too many ask.
   */
  usage(query: UsageQuery): Promise<UsageReport>;
  /** What everybody used within some days, for counters that begin anew with the process. */
  usedWithin(days: Days): Promise<readonly UsedBy[]>;
  /** Brings everything into the database. */
  close(): Promise<void>;
}
