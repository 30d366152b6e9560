import { setTimeout as pause } from 'node:timers/promises';
import { writeScriptedModel } from '../test/support/scripted-model.ts';
import { concurrently } from './lib/concurrently.ts';
import { startManifold } from './lib/manifold.ts';
import { readOptions } from './lib/options.ts';
import { residentMegabytes } from './lib/process-usage.ts';
import { startReport } from './lib/report.ts';
import { streamChat } from './lib/stream-chat.ts';
import { slope } from './lib/slope.ts';

/**
 * Whether memory grows with the number of requests: many short answers of a scripted model, some of which the
 * client leaves in the middle, and the memory of both processes all along.
 */
const options = readOptions('bench/soak.ts', {
  requests: { about: 'how many', default: 20_000 },
  'at-once': { about: 'of them at the same time', default: 8 },
  'abort-every': { about: 'one in so many is left by its client', default: 10 },
  samples: { about: 'times that memory is looked at', default: 100 },
});
/** A process grows for its first thousands of requests, while code is compiled and the heap finds its size. */
const warmUpShare = 0.5;

const report = startReport('soak', options);
const file = writeScriptedModel();
using _file = { [Symbol.dispose]: () => file.remove() };
await using manifold = await startManifold({ modelPath: file.path, threads: 1, slots: 8, context: 4096 });

const every = Math.max(1, Math.floor(options.requests / options.samples));
const samples: { requests: number; server: number; host: number }[] = [];
let answered = 0;
let left = 0;
await concurrently(options.requests, options['at-once'], async (index) => {
  const isLeaving = index % options['abort-every'] === options['abort-every'] - 1;
  const { isAborted } = await (isLeaving ? leaveInTheMiddle(index) : streamChat(manifold, question('count', 20)));
  if (isAborted) left += 1;
  else answered += 1;
  const done = answered + left;
  if (done % every === 0) sample(done);
});
const running = await requestsRunning();

const steady = samples.filter(({ requests }) => requests >= options.requests * warmUpShare);
report.table(`Memory over ${options.requests} requests, MB (${answered} answered, ${left} left by the client)`, [
  row('HTTP process', 'server'),
  row('engine host', 'host'),
]);
report.note(`Growth is that of the last ${100 * (1 - warmUpShare)} %. Requests still running at the end: ${running}.`);
report.save({ answered, left, running, samples });
if (running !== 0) throw new Error('Requests are left over whose clients are gone.');

function question(word: string, tokens: number) {
  return { messages: [{ role: 'user', content: word }], max_tokens: tokens };
}

/** Early, late, in the middle of the stream: the place depends on the number of the request. */
function leaveInTheMiddle(index: number) {
  const signal = AbortSignal.timeout(index % 23);
  return streamChat(manifold, question('forever', 4000), { signal });
}

function sample(requests: number): void {
  const [server, host] = [residentMegabytes(manifold.pid), residentMegabytes(manifold.host.pid)];
  samples.push({ requests, server, host });
}

function row(process: string, of: 'server' | 'host') {
  const values = samples.map((each) => each[of]);
  return {
    process,
    first: values[0] ?? 0,
    last: values.at(-1) ?? 0,
    most: Math.max(...values),
    'growth, MB per 1,000 requests': slope(steady.map((each) => [each.requests / 1000, each[of]])),
  };
}

/** What the server itself says of the requests it works on. */
async function requestsRunning(): Promise<number> {
  await pause(500);
  const metrics = await (await fetch(`${manifold.url}/v1/metrics`)).text();
  const values = [...metrics.matchAll(/^manifold_requests_(?:running|waiting)(?:\{[^}]*\})? (\d+)/gm)];
  return values.reduce((sum, [, value]) => sum + Number(value), 0);
}
