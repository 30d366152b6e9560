/** What use is told by. */
export const usageDimensions = ['key', 'team', 'model', 'hour', 'day', 'month'] as const;
export type UsageDimension = (typeof usageDimensions)[number];

/** Which use is asked for, and how it is summed. */
export interface UsageQuery {
  /** At most one of hour, day and month. Empty: one sum. */
  readonly by: readonly UsageDimension[];
  /** Unix milliseconds, rounded down to the hour. */
  readonly from: number;
  /** Unix milliseconds, exclusive, rounded up to the hour. */
  readonly to: number;
  readonly key?: string | undefined;
  readonly team?: string | undefined;
  readonly model?: string | undefined;
}

export interface UsageSums {
  readonly requests: number;
  /** Of them, those with a status of 400 or more. */
  readonly errors: number;
  /** Of them, those whose tokens are an estimate. */
  readonly estimated: number;
  readonly promptTokens: number;
  readonly cachedTokens: number;
  readonly completionTokens: number;
  readonly reasoningTokens: number;
  /** Billionths of a US dollar; exact up to nine million dollars. */
  readonly costNanos: number;
}

/** The sums of one group. Of the dimensions it has those that were asked for. */
export interface UsageRow extends UsageSums {
  /** Beginning of the hour, day or month in UTC, in Unix milliseconds. */
  readonly start?: number;
  readonly key?: string;
  /** Null: of no team. */
  readonly team?: string | null;
  readonly model?: string;
}

export interface UsageReport {
  readonly by: readonly UsageDimension[];
  /** As they were rounded. */
  readonly from: number;
  readonly to: number;
  readonly rows: readonly UsageRow[];
  readonly total: UsageSums;
}
