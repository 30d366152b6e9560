import type { Clock } from '../lib/clock.ts';

/** Where the ledger tells what went wrong. */
export interface LedgerLog {
  info(facts: object, message: string): void;
  warn(facts: object, message: string): void;
  error(facts: object, message: string): void;
}

/** What every part of the ledger is handed. */
export interface LedgerParts {
  readonly log: LedgerLog;
  /** For waits. */
  readonly clock: Clock;
  /** Called for each attempt to keep something that failed, to be counted. */
  readonly onFailure: (place: 'journal' | 'database') => void;
}
