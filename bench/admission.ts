import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { LimitSet } from '../src/api/limit-set.ts';
import { engineRequest } from '../src/api/internal/engine-request.ts';
import { anonymous } from '../src/access/anonymous.ts';
import { boundsOf } from '../src/inference/accounts/account-bounds.ts';
import { createAccounts } from '../src/inference/accounts/accounts.ts';
import { limitSubjects } from '../src/inference/accounts/limit-subjects.ts';
import { createMemoryLimiter } from '../src/limits/memory-limiter.ts';
import { readOptions } from './lib/options.ts';
import { quantile } from './lib/quantile.ts';
import { startReport } from './lib/report.ts';

/** What limits and accounts cost each request, and whether that grows with the number of keys. */
const options = readOptions('bench/admission.ts', {
  requests: { about: 'requests that are measured, each way', default: 100_000 },
  keys: { about: 'keys that were seen before, for the second way', default: 1_000_000 },
});
const report = startReport('admission', options);

const every: LimitSet = {
  requestsPerMinute: 1e9,
  inputTokensPerMinute: 1e12,
  outputTokensPerMinute: 1e12,
  tokensPerMinute: 1e12,
  concurrency: 1e6,
  tokensPerDay: 1e15,
  tokensPerMonth: 1e15,
  costPerDay: 1e6,
  costPerMonth: 1e6,
};
const limits = { perKey: every, teams: { team: every }, models: { model: every }, global: every };
const request = engineRequest.parse({
  model: 'model',
  messages: [
    { role: 'system', content: 'You are a helpful assistant.' },
    { role: 'user', content: 'word '.repeat(200) },
  ],
  max_tokens: 256,
});
const never = new AbortController().signal;
/** Keys that follow each other do not lie beside each other in memory. A prime, so that all have their turn. */
const stride = 7919;
/** What was measured stays, so that its memory is seen. */
const kept: object[] = [];

const few = await measure(10);
const heapBefore = usedHeap();
const many = await measure(options.keys);
const bytesPerKey = (usedHeap() - heapBefore) / options.keys;
report.table('Microseconds a request: bounds, reservation, settlement, record', [
  row('10 keys', few),
  row(`${options.keys} keys`, many),
]);
report.note(`${Math.round(bytesPerKey)} bytes of memory for each key that has been seen.`);
report.save({ few: summary(few), many: summary(many), bytesPerKey });

interface Measured {
  /** Microseconds of each request. */
  readonly took: readonly number[];
  /** Microseconds of processor time for each, which others on the machine do not disturb. */
  readonly processor: number;
}

/** After every key was seen once. */
async function measure(keys: number): Promise<Measured> {
  const count = options.requests;
  let records = 0;
  const accounts = createAccounts({
    limiter: createMemoryLimiter({ now: () => performance.now(), today: Date.now }),
    ledger: { append: () => void records++ },
    subjectsOf: (principal, model) => limitSubjects(limits, principal, model),
    priceOf: () => ({ input: 0.1, output: 0.4 }),
  });
  const one = async (at: number) => {
    const principal = { ...anonymous, keyId: `key_${(at * stride) % keys}`, team: 'team' };
    const measurement = { promptTokens: 210, completionTokens: 100 };
    const bounds = boundsOf(request, { contextLength: 8192, tokensPerImage: 4096 });
    const circumstances = { principal, measurement, signal: never, trace: { requestId: String(at) } };
    const account = await accounts.open(circumstances, { model: 'model', bounds });
    account.promptRead(210);
    await account.close();
  };
  for (let at = 0; at < keys; at++) await one(at);
  const took: number[] = [];
  const cpu = process.cpuUsage();
  for (let at = 0; at < count; at++) {
    const before = performance.now();
    await one(at);
    took.push((performance.now() - before) * 1000);
  }
  const { user, system } = process.cpuUsage(cpu);
  if (records !== keys + count) throw new Error('A record is missing.');
  kept.push(accounts);
  return { took, processor: (user + system) / count };
}

function row(way: string, measured: Measured) {
  return { way, ...summary(measured) };
}

function summary({ took, processor }: Measured) {
  return { processor, p50: quantile(took, 0.5), p99: quantile(took, 0.99), 'p99.9': quantile(took, 0.999) };
}

function usedHeap(): number {
  setFlagsFromString('--expose-gc');
  (runInNewContext('gc') as () => void)();
  return process.memoryUsage().heapUsed;
}
