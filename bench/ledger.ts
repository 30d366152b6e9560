import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as wait } from 'node:timers/promises';
import type { UsageRecord } from '../src/ledger/usage-record.ts';
import { openStore } from '../src/store/store.ts';
import { openBenchLedger } from './lib/bench-ledger.ts';
import { readOptions } from './lib/options.ts';
import { quantile } from './lib/quantile.ts';
import { startReport } from './lib/report.ts';

/**
 * What keeping a record costs the thread that serves requests, and how many records a second the ledger bears: each
 * request is opened, seen once and appended, as the server does it.
 */
const options = readOptions('bench/ledger.ts', {
  rate: { about: 'records a second', default: 2000 },
  seconds: { about: 'how long', default: 30 },
  keys: { about: 'different keys', default: 200 },
  sync: { about: 'group or full', default: 'group' },
});
const report = startReport('ledger', options);
const directory = mkdtempSync(join(tmpdir(), 'manifold-bench-ledger-'));
const store = await openStore({ file: join(directory, 'manifold.db') });
let failures = 0;
const say = (facts: object, message: string) => report.note(`${message} ${JSON.stringify(facts)}`);
const ledger = await openBenchLedger({
  store,
  directory,
  sync: options.sync === 'full' ? 'full' : 'group',
  say,
  onFailure: () => failures++,
});

const delay = monitorEventLoopDelay({ resolution: 1 });
delay.enable();
const costs = { open: [] as number[], checkpoint: [] as number[], append: [] as number[] };
const timed = <T>(into: number[], action: () => T): T => {
  const before = performance.now();
  const result = action();
  into.push((performance.now() - before) * 1000);
  return result;
};
const waits: Promise<void>[] = [];
const cpu = process.cpuUsage();
const started = performance.now();
let kept = 0;
while (performance.now() - started < options.seconds * 1000) {
  const due = Math.floor(((performance.now() - started) / 1000) * options.rate);
  for (; kept < due; kept++) keep(kept);
  await wait(1);
}
const ran = (performance.now() - started) / 1000;
await Promise.all(waits);
const used = process.cpuUsage(cpu);
delay.disable();
const before = performance.now();
const { total } = await ledger.usage({ by: [], from: 0, to: Date.now() + 86_400_000 });
const behindMs = performance.now() - before;
await ledger.close();
await store.close();
rmSync(directory, { recursive: true, force: true });

report.table(
  'Microseconds of the serving thread',
  Object.entries(costs).map(([call, micros]) => ({
    call,
    calls: micros.length,
    p50: quantile(micros, 0.5),
    p99: quantile(micros, 0.99),
    'p99.9': quantile(micros, 0.999),
    most: Math.max(...micros.map(Math.round)),
  })),
);
report.table('The ledger', [
  {
    'records/s': kept / ran,
    'in the database': total.requests,
    failures,
    'behind, ms': behindMs,
    'processor, %': (used.user + used.system) / ran / 10_000,
    'loop delay p99, ms': delay.percentile(99) / 1e6,
    'loop delay most, ms': delay.max / 1e6,
  },
]);
report.save({
  costs: Object.fromEntries(
    Object.entries(costs).map(([call, micros]) => [call, [0.5, 0.99, 0.999].map((q) => quantile(micros, q))]),
  ),
  kept,
  ran,
  behindMs,
  failures,
});
if (total.requests !== kept) throw new Error(`${kept} records were appended and ${total.requests} are in the ledger.`);

function keep(at: number): void {
  const tokens = {
    promptTokens: 1200,
    cachedTokens: 800,
    completionTokens: 300,
    reasoningTokens: 40,
    costNanos: 4_500_000,
  };
  const request = {
    id: `req_${at.toString(36).padStart(24, '0')}`,
    at: Date.now(),
    keyId: `key_${at % options.keys}`,
    team: `team-${at % 20}`,
    model: `publisher/model-${at % 5}`,
    engine: 'replica-1',
    endpoint: '/v1/chat/completions',
  };
  const most = { promptTokens: 4000, completionTokens: 1000, costNanos: 20_000_000 };
  timed(costs.open, () => ledger.open({ ...request, most }));
  timed(costs.checkpoint, () => ledger.checkpoint({ id: request.id, seenAt: request.at, ...tokens }));
  const record: UsageRecord = {
    ...request,
    ...tokens,
    status: 200,
    ttftMs: 123.4,
    durationMs: 4567.8,
    finishReason: 'stop',
    errorCode: null,
    isMeasured: true,
  };
  const appended = timed(costs.append, () => ledger.append(record));
  if (appended) waits.push(appended);
}
