/** What requests used, summed over an hour or a day in UTC. */
export interface RollupTable {
  /** The beginning of the hour or day, in Unix milliseconds. */
  start: number;
  key_id: string;
  /** Empty: of no team. */
  team: string;
  model: string;
  requests: number;
  /** Of them, those with a status of 400 or more. */
  errors: number;
  /** Of them, those whose tokens are an estimate. */
  estimated: number;
  prompt_tokens: number;
  cached_tokens: number;
  completion_tokens: number;
  reasoning_tokens: number;
  cost_nanos: number;
}

interface RecordTable {
  /** In the order of their coming; never used twice. */
  seq: number;
  id: string;
  at: number;
  key_id: string;
  team: string | null;
  model: string;
  engine: string | null;
  endpoint: string;
  status: number;
  prompt_tokens: number;
  cached_tokens: number;
  completion_tokens: number;
  reasoning_tokens: number;
  cost_nanos: number;
  ttft_ms: number | null;
  duration_ms: number;
  finish_reason: string | null;
  error_code: string | null;
  is_measured: number;
}

interface OpenTable {
  id: string;
}

/** The ledger's tables, as `migrations.ts` makes them. */
export interface LedgerTables {
  usage_records: RecordTable;
  usage_hourly: RollupTable;
  usage_daily: RollupTable;
  usage_open: OpenTable;
}
