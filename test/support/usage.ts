import type { LedgerLog } from '../../src/ledger/ledger-parts.ts';
import { migrations } from '../../src/ledger/migrations.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import type { OpenRequest, UsedSoFar } from '../../src/ledger/open-request.ts';
import type { UsageLedger } from '../../src/ledger/usage-ledger.ts';
import type { UsageRecord } from '../../src/ledger/usage-record.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { fakeClock, type FakeClock } from './fake-clock.ts';

/** A record of an ordinary request; `fields` is what a test is about. */
export function usageRecord(fields: Partial<UsageRecord> = {}): UsageRecord {
  return {
    id: 'req_1',
    at: Date.UTC(2026, 0, 15, 10, 30),
    keyId: 'key_a',
    team: 'blue',
    model: 'm/one',
    engine: 'local',
    endpoint: '/v1/chat/completions',
    status: 200,
    promptTokens: 10,
    cachedTokens: 4,
    completionTokens: 5,
    reasoningTokens: 2,
    costNanos: 1500,
    ttftMs: 12.5,
    durationMs: 80,
    finishReason: 'stop',
    errorCode: null,
    isMeasured: true,
    ...fields,
  };
}

export function openRequest(fields: Partial<OpenRequest> = {}): OpenRequest {
  const { id, at, keyId, team, model, engine, endpoint } = usageRecord();
  const most = { promptTokens: 100, completionTokens: 50, costNanos: 9000 };
  return { id, at, keyId, team, model, engine, endpoint, most, ...fields };
}

export function usedSoFar(fields: Partial<UsedSoFar> = {}): UsedSoFar {
  const { id, at, promptTokens, cachedTokens, completionTokens, reasoningTokens, costNanos } = usageRecord();
  return { id, seenAt: at + 1000, promptTokens, cachedTokens, completionTokens, reasoningTokens, costNanos, ...fields };
}

export interface TestLedger {
  readonly ledger: UsageLedger;
  readonly store: Store;
  readonly clock: FakeClock;
  /** Messages of the log, with their level before. */
  readonly log: readonly string[];
  failures(): number;
}

/** A ledger in `directory`, whose waits pass when the test lets them. */
export async function openTestLedger(
  directory: string,
  options: Partial<Parameters<typeof openLedger>[0]> = {},
): Promise<TestLedger> {
  const store = options.store ?? (await openUsageStore(`${directory}/manifold.db`));
  const clock = fakeClock();
  const log: string[] = [];
  const to = (level: string) => (facts: object, message: string) =>
    void log.push(`${level}: ${message} ${JSON.stringify(facts)}`);
  let failures = 0;
  const ledger = await openLedger({
    store,
    directory,
    clock,
    log: { info: to('info'), warn: to('warn'), error: to('error') } satisfies LedgerLog,
    onFailure: () => failures++,
    sync: 'group',
    onWriteError: 'serve',
    retention: { recordDays: 36_500, hourlyDays: 36_500 },
    ...options,
  });
  return { ledger, store, clock, log, failures: () => failures };
}

export async function openUsageStore(file: string, options: { readonly busyMs?: number } = {}): Promise<Store> {
  const store = await openStore({ file, ...options });
  await store.migrate('ledger', migrations);
  return store;
}

/** Everything that was ever used, in one row. */
export const allTime = { by: [], from: 0, to: Date.UTC(2100, 0) } as const;
