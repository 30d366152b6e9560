import type { UsageRecord } from './usage-record.ts';

/** A request that an engine works on and that has not ended: what becomes its record when the process dies under it. */
export interface OpenRequest extends Pick<
  UsageRecord,
  'id' | 'at' | 'keyId' | 'team' | 'model' | 'engine' | 'endpoint'
> {
  /** The most that it can use: what was reserved for it. */
  readonly most: Pick<UsageRecord, 'promptTokens' | 'completionTokens' | 'costNanos'>;
}

/** What an open request has used until a moment, in Unix milliseconds. */
export interface UsedSoFar extends Pick<
  UsageRecord,
  'id' | 'promptTokens' | 'cachedTokens' | 'completionTokens' | 'reasoningTokens' | 'costNanos'
> {
  readonly seenAt: number;
}
