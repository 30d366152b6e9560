import { setTimeout as pause } from 'node:timers/promises';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { freePort } from './lib/free-port.ts';
import { launcher, serverEnvironment } from './lib/manifold.ts';
import { readOptions } from './lib/options.ts';
import { quantile } from './lib/quantile.ts';
import { startReport } from './lib/report.ts';
import { startServerChild } from './lib/server-child.ts';
import { streamChat, type ChatTarget } from './lib/stream-chat.ts';

/** How much a key that floods a model slows down another key. */
const options = readOptions('bench/fairness.ts', {
  entry: { about: 'the program that is started', default: launcher },
  places: { about: 'requests that the model takes at the same time', default: 8 },
  flood: { about: 'requests that the flooding key keeps open', default: 200 },
  tokens: { about: 'tokens of an answer', default: 20 },
  'every-ms': { about: 'milliseconds from token to token', default: 20 },
  requests: { about: 'requests of the other key, each round and way', default: 40 },
  rounds: { about: 'times that both ways are measured in turn', default: 3 },
});
const mostSlower = 1.2;
const keys = { flood: 'key-of-the-flood-0123', other: 'key-of-the-other-0123' };

const report = startReport('fairness', options);
const directory = await mkdtemp(join(tmpdir(), 'manifold-bench-'));
await using cleanup = new AsyncDisposableStack();
cleanup.defer(() => rm(directory, { recursive: true, force: true }));

const url = await startServer();
const target = (key: string): ChatTarget => {
  const dispatcher = new Pool(url, { connections: null, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  cleanup.defer(() => dispatcher.destroy());
  return { dispatcher, model: 'bench', headers: { authorization: `Bearer ${key}` } };
};
const [flood, other] = [target(keys.flood), target(keys.other)];
const fields = {
  max_tokens: options.tokens,
  messages: [{ role: 'user', content: `tokens=${options.tokens} every=${options['every-ms']}` }],
};

await askInTurn(other, 5);
const alone: number[] = [];
const flooded: number[] = [];
let floodAnswers = 0;
for (let round = 0; round < options.rounds; round++) {
  alone.push(...(await askInTurn(other, options.requests)));
  const leaving = new AbortController();
  const flooding = Array.from({ length: options.flood }, () => askUntil(flood, leaving.signal));
  // Until all places are taken and the line is long.
  await pause(1000);
  flooded.push(...(await askInTurn(other, options.requests)));
  leaving.abort();
  floodAnswers += (await Promise.all(flooding)).reduce((sum, count) => sum + count, 0);
}
const row = (way: string, took: readonly number[]) => ({
  way,
  'p50 ms': quantile(took, 0.5),
  'p95 ms': quantile(took, 0.95),
  'most ms': Math.max(...took),
});
const ratio = quantile(flooded, 0.95) / quantile(alone, 0.95);
report.table('The other key, from the request to the end of its answer', [
  row('alone', alone),
  row(`beside ${options.flood} requests of another`, flooded),
]);
report.note(`The 95th percentile is ${ratio.toFixed(2)} times as long; the flooding key had ${floodAnswers} answers.`);
report.save({ alone, flooded, ratio, floodAnswers });
if (ratio > mostSlower) process.exitCode = 1;

async function startServer(): Promise<string> {
  const script = join(import.meta.dirname, 'gateway', 'before-upstream', 'scripted-upstream.ts');
  let upstreamPort = '';
  const upstream = await startServerChild(process.execPath, [script], {
    env: { PATH: process.env['PATH'] },
    isReady: (stderr) => (upstreamPort = /on port (\d+);/.exec(stderr)?.[1] ?? '') !== '',
  });
  cleanup.defer(() => upstream.stop());
  const config = join(directory, 'manifold.yaml');
  await writeFile(
    config,
    JSON.stringify({
      builtIn: false,
      auth: { keys: Object.values(keys) },
      engines: [{ url: `http://127.0.0.1:${upstreamPort}`, models: ['bench'] }],
      limits: { models: { bench: { maxConcurrency: options.places } }, queue: { mostWaiting: 10_000 } },
    }),
  );
  const port = await freePort();
  const { NIM_SERVED_MODEL_NAME: _, ...env } = serverEnvironment(directory, '');
  const server = await startServerChild(
    process.execPath,
    [options.entry, 'serve', '--port', String(port), '--config', config],
    { env, isReady: (stderr) => stderr.includes('Listening on') },
  );
  cleanup.defer(() => server.stop());
  return `http://127.0.0.1:${port}`;
}

/** One after the other; what each took. */
async function askInTurn(from: ChatTarget, count: number): Promise<number[]> {
  const took: number[] = [];
  for (let request = 0; request < count; request++) {
    // oxlint-disable-next-line no-await-in-loop -- one at a time is the point
    const { sentAt, endedAt } = await streamChat(from, fields);
    took.push(endedAt - sentAt);
  }
  return took;
}

/** Without a pause until it is stopped; how many were answered. */
async function askUntil(from: ChatTarget, signal: AbortSignal): Promise<number> {
  let answers = 0;
  while (!signal.aborted) {
    // oxlint-disable-next-line no-await-in-loop -- a loop that is closed
    const { isAborted } = await streamChat(from, fields, { signal });
    if (!isAborted) answers++;
  }
  return answers;
}
