import type { Ledger } from '../../src/ledger/ledger.ts';
import type { UsageRecord } from '../../src/ledger/usage-record.ts';

export interface MemoryLedger extends Pick<Ledger, 'append'> {
  readonly records: UsageRecord[];
}

/** Keeps records for a test to look at; one that comes twice is there twice. */
export function memoryLedger(): MemoryLedger {
  const records: UsageRecord[] = [];
  return { records, append: (record) => void records.push(record) };
}

/** What records of a kind add up to. */
export function sumOf(records: readonly UsageRecord[], count: (record: UsageRecord) => number): number {
  return records.reduce((sum, record) => sum + count(record), 0);
}
