import { randomUUID } from 'node:crypto';
import type { Principal } from '../../access/principal.ts';
import type { Price } from '../../api/price.ts';
import { ManifoldError } from '../../errors.ts';
import type { Ledger } from '../../ledger/ledger.ts';
import type { Limiter, LimitState, LimitSubject } from '../../limits/limiter.ts';
import type { TokenBounds } from './account-bounds.ts';
import { requestFacts, usageRecord } from './account-record.ts';
import { createAccount, mostOf, type Account, type AccountParts } from './account.ts';
import type { Circumstances } from '../circumstances.ts';

/** What a request is for, and the most it can use. */
export interface Asked {
  /** The id of a model that is served; absent: none was named, or one that is not served. */
  readonly model?: string | undefined;
  readonly bounds: TokenBounds;
  /** The same from an exact count of the prompt; asked only when a limit never allows as much as `bounds`. */
  readonly exactBounds?: (() => Promise<TokenBounds | undefined>) | undefined;
}

/** How a request ended that was never admitted. */
export interface Refused {
  readonly model?: string | undefined;
  readonly status: number;
  readonly durationMs: number;
}

export interface Accounts {
  /** Takes the most that a request can use from all its limits, or throws why it cannot, and then nothing was taken. */
  open(circumstances: Circumstances, asked: Asked): Promise<Account>;
  /** Keeps the record of a request, unless that was done. */
  refused(circumstances: Circumstances, facts: Refused): void;
  /** How the limits of a key stand, without using any. */
  look(principal: Principal): Promise<readonly LimitState[]>;
}

export interface AccountsParts {
  readonly limiter: Limiter;
  /** Absent: nothing is kept. */
  readonly ledger?: Ledger | undefined;
  readonly subjectsOf: (principal: Principal, model?: string) => readonly LimitSubject[];
  readonly priceOf: (model: string) => Price | undefined;
  /** The wall clock in Unix milliseconds. */
  readonly today?: () => number;
}

/** An account for each request of a client: admitted by its limits, settled and recorded exactly once. */
export function createAccounts({ limiter, ledger, subjectsOf, priceOf, today = Date.now }: AccountsParts): Accounts {
  const reserve = async (subjects: readonly LimitSubject[], asked: Asked, price: Price | undefined) => {
    const attempt = async (bounds: TokenBounds) => ({
      bounds,
      reservation: await limiter.reserve(subjects, mostOf(bounds, price)),
    });
    try {
      return await attempt(asked.bounds);
    } catch (failure) {
      const isTooWide = failure instanceof ManifoldError && failure.code === 'request_over_limit';
      // An engine that cannot count leaves it at that.
      const exact = isTooWide ? await asked.exactBounds?.().catch(() => undefined) : undefined;
      if (exact === undefined) throw failure;
      return attempt(exact);
    }
  };

  return {
    async open(circumstances, asked) {
      const { principal, measurement, signal } = circumstances;
      const { model } = asked;
      const subjects = subjectsOf(principal, model);
      const price = model === undefined ? undefined : priceOf(model);
      const at = today();
      const { bounds, reservation } = await reserve(subjects, asked, price).catch(async (failure: unknown) => {
        measurement.limits = await limiter.look(subjects);
        throw failure;
      });
      measurement.limits = reservation.states();
      const id = idOf(circumstances);
      const facts = requestFacts(circumstances, { id, at, model });
      const open: AccountParts['open'] = (most) => ledger?.open?.({ ...facts, most });
      const keep = (record: Parameters<Ledger['append']>[0]) => ledger?.append(record);
      const note: AccountParts['note'] = (used) => ledger?.checkpoint?.({ ...used, seenAt: today() });
      const account = createAccount({ id, at, model, bounds, price, reservation, circumstances, open, keep, note });
      if (signal.aborted) {
        await account.close(signal.reason);
        throw signal.reason;
      }
      return account;
    },
    refused(circumstances, { model, status, durationMs }) {
      if (circumstances.measurement.isRecorded) return;
      circumstances.measurement.isRecorded = true;
      const at = today() - Math.round(durationMs);
      const record = usageRecord(circumstances, { id: idOf(circumstances), at, model, durationMs, costNanos: 0 });
      // Nothing was used: whether it is kept a moment later matters to nobody.
      void ledger?.append({
        ...record,
        status,
        errorCode: record.errorCode ?? (status === 499 ? 'client_closed_request' : null),
      });
    },
    look: (principal) => limiter.look(subjectsOf(principal)),
  };
}

function idOf({ trace }: Circumstances): string {
  return trace?.requestId ?? randomUUID();
}
