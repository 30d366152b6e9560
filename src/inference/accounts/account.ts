import { costNanos, highestCostNanos, type Price } from '../../api/price.ts';
import type { OpenRequest, UsedSoFar } from '../../ledger/open-request.ts';
import type { UsageRecord } from '../../ledger/usage-record.ts';
import type { Amounts, Reservation } from '../../limits/limiter.ts';
import type { TokenBounds } from './account-bounds.ts';
import { tokensUsed, usageRecord } from './account-record.ts';
import type { Circumstances } from '../circumstances.ts';

/** What was taken for one request of a client, from its admission to its end. */
export interface Account {
  /**
   * It is its turn: from now on an engine works on it, and should this process die, what it may use counts. Throws
   * `storage_unavailable` when that could not be kept.
   */
  begin(): void;
  /** The prompt was counted: what was held for more of it is given back. */
  promptRead(tokens: number): void;
  /** So many tokens more were generated. Now and then the ledger is told, for when this process dies. */
  generated(tokens: number): void;
  /**
   * Settles with what was measured, and keeps the record. Called before the end of an answer is reported, and whenever
   * the request ends in another way; only the first call counts. Await what it returns: then the record is kept.
   */
  close(failure?: unknown): void | Promise<void>;
}

export interface AccountParts {
  readonly id: string;
  /** When it was admitted, in Unix milliseconds. */
  readonly at: number;
  readonly model: string | undefined;
  readonly bounds: TokenBounds;
  readonly price: Price | undefined;
  readonly reservation: Reservation;
  readonly circumstances: Circumstances;
  /** Puts down that it may use so much. */
  readonly open: (most: OpenRequest['most']) => void;
  readonly keep: (record: UsageRecord) => void | Promise<void>;
  /** Puts down what was used so far. */
  readonly note: (used: Omit<UsedSoFar, 'seenAt'>) => void;
}

/** The most that tokens within these bounds are worth, as limits count. */
export function mostOf({ inputTokens, outputTokens }: TokenBounds, price: Price | undefined): Amounts {
  const most = { prompt: inputTokens, completion: outputTokens };
  return { inputTokens, outputTokens, costNanos: price ? highestCostNanos(price, most) : 0 };
}

/** Tokens, or milliseconds, after which what was used so far is put down again. */
const noteEvery = { tokens: 64, ms: 1000 };

/** Opens it now: the time until it is closed is the request's. */
export function createAccount(parts: AccountParts): Account {
  const { id, at, model, bounds, price, reservation, circumstances, open, keep, note } = parts;
  const openedAt = performance.now();
  let isClosed = false;
  let prompt = bounds.inputTokens;
  let completion = 0;
  let noted = { tokens: 0, at: openedAt };

  const noteNow = (now: number) => {
    if (isClosed) return;
    noted = { tokens: completion, at: now };
    const { lost } = circumstances.measurement;
    const used = tokensUsed({ promptTokens: prompt, completionTokens: completion, ...(lost && { lost }) });
    const tokens = { promptTokens: used.prompt, completionTokens: used.completion };
    const cost = price ? costNanos(price, used) : 0;
    note({ id, ...tokens, cachedTokens: 0, reasoningTokens: 0, costNanos: cost });
  };

  return {
    begin() {
      const { inputTokens: promptTokens, outputTokens: completionTokens } = bounds;
      if (!isClosed) open({ promptTokens, completionTokens, costNanos: mostOf(bounds, price).costNanos });
    },
    promptRead(tokens) {
      prompt = Math.min(tokens, bounds.inputTokens);
      reservation.reduce(mostOf({ ...bounds, inputTokens: prompt }, price));
      noteNow(performance.now());
    },
    generated(tokens) {
      completion = Math.min(completion + tokens, bounds.outputTokens);
      const now = performance.now();
      if (completion - noted.tokens >= noteEvery.tokens || now - noted.at >= noteEvery.ms) noteNow(now);
    },
    close(failure) {
      if (isClosed) return undefined;
      isClosed = true;
      const { measurement } = circumstances;
      measurement.isRecorded = true;
      const tokens = tokensUsed(measurement);
      const cost = price ? costNanos(price, tokens) : 0;
      reservation.settle({ inputTokens: tokens.prompt, outputTokens: tokens.completion, costNanos: cost });
      const durationMs = performance.now() - openedAt;
      return keep(usageRecord(circumstances, { id, at, model, durationMs, costNanos: cost, failure }));
    },
  };
}
