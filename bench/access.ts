import { setTimeout as pause } from 'node:timers/promises';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAccess } from '../src/access/access.ts';
import { generateKey } from '../src/access/api-key.ts';
import { createSqlKeyStore } from '../src/access/sql-key-store.ts';
import { engineRequest } from '../src/api/internal/engine-request.ts';
import { boundsOf } from '../src/inference/accounts/account-bounds.ts';
import { createAccounts } from '../src/inference/accounts/accounts.ts';
import { limitSubjects } from '../src/inference/accounts/limit-subjects.ts';
import { createSystemClock } from '../src/lib/clock.ts';
import { createMemoryLimiter } from '../src/limits/memory-limiter.ts';
import { openStore } from '../src/store/store.ts';
import { fillKeys } from './access/fill-keys.ts';
import { openBenchLedger } from './lib/bench-ledger.ts';
import { readOptions } from './lib/options.ts';
import { quantile } from './lib/quantile.ts';
import { startReport } from './lib/report.ts';

/**
 * What all of it costs the thread that serves a request: whose key it is, what may be used, and the record on the
 * journal, with the real store and journal on the disk. Each key has asked before; what the first time costs, a look into
 * the store, is in `bench/keys`, and the other parts are in `bench/admission` and `bench/ledger`.
 */
const options = readOptions('bench/access.ts', {
  keys: { about: 'keys in the store', default: 10_000 },
  active: { about: 'keys that ask', default: 200 },
  rate: { about: 'requests a second', default: 1000 },
  seconds: { about: 'how long', default: 20 },
});
const report = startReport('access', options);
const directory = mkdtempSync(join(tmpdir(), 'manifold-bench-access-'));
const store = await openStore({ file: join(directory, 'manifold.db') });
const clock = createSystemClock();
const plain = Array.from({ length: options.active }, generateKey);
const say = (facts: object, message: string) => report.note(`${message} ${JSON.stringify(facts)}`);
const keyStore = await createSqlKeyStore(store, { now: Date.now, onBadRow: (id) => say({ id }, 'a bad key') });
await fillKeys(store, options.keys, plain);
const access = createAccess({
  kept: { store: keyStore, onForeignChange: (listener) => store.onForeignChange(listener) },
  configured: () => new Map(),
  now: Date.now,
  clock,
  onEnded: () => undefined,
  onFailure: (cause) => say({ cause }, 'keys cannot be watched'),
});
const ledger = await openBenchLedger({ store, directory, say });
const generous = { requestsPerMinute: 1e9, tokensPerMinute: 1e12, concurrency: 1e6, costPerMonth: 1e6 };
const limits = { perKey: generous, teams: {}, models: { model: generous }, global: generous };
const accounts = createAccounts({
  limiter: createMemoryLimiter({ now: () => performance.now(), today: Date.now }),
  ledger,
  subjectsOf: (principal, model) => limitSubjects(limits, principal, model),
  priceOf: () => ({ input: 0.1, output: 0.4 }),
});
const request = engineRequest.parse({
  model: 'model',
  messages: [{ role: 'user', content: 'word '.repeat(200) }],
  max_tokens: 256,
});
const never = new AbortController().signal;

/** Of each key; after that the code is compiled as well. */
const warmUpRequests = 20;
// oxlint-disable-next-line no-await-in-loop -- one after the other
for (let at = 0; at < plain.length * warmUpRequests; at++) await one(`warm-up_${at}`, at);

const times: number[] = [];
const cpu = process.cpuUsage();
const started = performance.now();
let done = 0;
while (performance.now() - started < options.seconds * 1000) {
  const due = Math.floor(((performance.now() - started) / 1000) * options.rate);
  // One after the other: what one costs is not what others made it wait.
  // oxlint-disable-next-line no-await-in-loop -- as above
  for (; done < due; done++) times.push(await one(`request_${done}`, done));
  // oxlint-disable-next-line no-await-in-loop -- what is due is looked at again
  await pause(1);
}
const { user, system } = process.cpuUsage(cpu);
access.stop();
await ledger.close();
await store.close();
rmSync(directory, { recursive: true });

const summary = {
  requests: done,
  'processor, µs': (user + system) / done,
  'p50, µs': quantile(times, 0.5),
  'p99, µs': quantile(times, 0.99),
  'p99.9, µs': quantile(times, 0.999),
};
report.table('A request: key, limits, record', [summary]);
report.note('The processor time is that of all threads: what moves records into the database is in it.');
report.save(summary);

async function one(requestId: string, at: number): Promise<number> {
  const before = performance.now();
  const principal = await access.authenticator.authenticate(`Bearer ${plain[at % plain.length] ?? ''}`);
  const measurement = { promptTokens: 210, completionTokens: 100 };
  const circumstances = { principal, measurement, signal: never, trace: { requestId } };
  const bounds = boundsOf(request, { contextLength: 8192, tokensPerImage: 4096 });
  const account = await accounts.open(circumstances, { model: 'model', bounds });
  account.begin();
  account.promptRead(210);
  await account.close();
  return (performance.now() - before) * 1000;
}
