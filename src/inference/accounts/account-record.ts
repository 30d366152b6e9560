import { toManifoldError } from '../../errors.ts';
import type { UsageRecord } from '../../ledger/usage-record.ts';
import type { Circumstances } from '../circumstances.ts';
import type { Measurement } from '../meter.ts';

/** What the record of a request says beside what was measured. */
export interface RecordFacts {
  readonly id: string;
  /** When it was admitted, in Unix milliseconds. */
  readonly at: number;
  readonly model: string | undefined;
  readonly durationMs: number;
  readonly costNanos: number;
  /** Why it did not end well, if it did not. */
  readonly failure?: unknown;
}

/** Tokens that engines used for a request, attempts that were lost included. */
export interface TokensUsed {
  readonly prompt: number;
  readonly cached: number;
  readonly completion: number;
}

export function tokensUsed({
  promptTokens = 0,
  cachedTokens = 0,
  completionTokens = 0,
  lost,
}: Measurement): TokensUsed {
  return {
    prompt: promptTokens + (lost?.promptTokens ?? 0),
    cached: cachedTokens,
    completion: completionTokens + (lost?.completionTokens ?? 0),
  };
}

/** What a request's record says from the beginning. */
export function requestFacts(
  { principal, route, measurement }: Omit<Circumstances, 'signal'>,
  { id, at, model }: Pick<RecordFacts, 'id' | 'at' | 'model'>,
): Pick<UsageRecord, 'id' | 'at' | 'keyId' | 'team' | 'model' | 'engine' | 'endpoint'> {
  const { keyId, team } = principal;
  return { id, at, keyId, team, model: model ?? '', engine: measurement.engine ?? null, endpoint: route ?? '' };
}

/** The record of a request that ended. */
export function usageRecord(
  circumstances: Omit<Circumstances, 'signal'>,
  { durationMs, costNanos, failure, ...facts }: RecordFacts,
): UsageRecord {
  const { measurement } = circumstances;
  const { prompt, cached, completion } = tokensUsed(measurement);
  const error = failure === undefined ? undefined : toManifoldError(failure);
  return {
    ...requestFacts(circumstances, facts),
    status: error?.status ?? 200,
    promptTokens: prompt,
    cachedTokens: cached,
    completionTokens: completion,
    reasoningTokens: measurement.reasoningTokens ?? 0,
    costNanos,
    ttftMs: measurement.ttftMs ?? null,
    durationMs,
    finishReason: measurement.finishReason ?? null,
    errorCode: error?.code ?? measurement.errorCode ?? null,
    isMeasured: measurement.isEstimated !== true,
  };
}
