import { expect, it } from 'vitest';
import { event, said, usage } from '../support/ask-through.ts';
import { startConfigured } from '../support/configured-server.ts';
import { startScriptedUpstream, type Reply } from '../support/scripted-upstream.ts';
import { seededRandom } from '../support/random-schema.ts';

const body = { model: 'test/model', messages: [{ role: 'user', content: 'Hello' }] };
const key = 'sk-of-the-upstream-0123456789';
const models = { 'test/model': 'served' };
const whole: Reply = { events: [said, event({}, 'stop', { usage })] };
const replies: readonly Reply[] = [
  whole,
  { ...whole, afterMs: 30 },
  { events: [said], end: 'cut' },
  { events: [said], end: 'silence' },
  { events: [event({ role: 'assistant' })], end: 'cut' },
  { events: [], end: 'silence' },
  { status: 500, text: 'broken' },
  { status: 429, headers: { 'retry-after': '1' }, text: '{}' },
  { events: ['data: {\n\n'], end: 'nothing' },
];
const paths = [
  ['/v1/chat/completions', { ...body, stream: true }],
  ['/v1/chat/completions', { ...body, stream: false, n: 3 }],
  ['/v1/chat/completions', { ...body, response_format: { type: 'json_object' } }],
  ['/v1/completions', { model: 'test/model', prompt: ['a', 'b'], stream: true }],
  ['/v1/embeddings', { model: 'test/model', input: 'a' }],
  ['/tokenize', { model: 'test/model', prompt: 'a' }],
] as const;

const kinds = [
  ['vllm', 1],
  ['vllm', 2],
  ['hosted-nim', 3],
  ['ollama', 4],
] as const;

it.each(kinds)(
  'whatever servers of kind %s do and whenever clients leave, nothing is left over (%d)',
  async (kind, seed) => {
    const random = seededRandom(seed);
    const one = <T>(of: readonly T[]) => of[Math.floor(random() * of.length)] as T;
    const reply = () => one(replies);
    const answer = ({ path }: { readonly path: string }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : reply();
    await using first = await startScriptedUpstream(answer);
    await using second = await startScriptedUpstream(answer);
    const replicas = [first.url, second.url];
    await using server = await startConfigured([{ kind, key, models, replicas, breaker: { openSeconds: 0.05 } }]);
    const ask = async () => {
      const [path, fields] = one(paths);
      const signal = AbortSignal.timeout(Math.floor(random() * 150) + 1);
      const headers = { 'content-type': 'application/json' };
      const sent = server.fetch(path, { method: 'POST', body: JSON.stringify(fields), headers, signal });
      await sent.then((got) => got.text()).catch(() => 'left');
    };
    const posts = () => first.posts().length + second.posts().length;
    // Where all of this is slow, most leave before anything was asked for them.
    for (let round = 0; round < 10 || posts() <= 10; round++) {
      // oxlint-disable-next-line no-await-in-loop -- so many at a time
      await Promise.all(Array.from({ length: 12 }, ask));
    }
    const gauges = async () => {
      const metrics = await (await server.fetch('/v1/metrics')).text();
      return metrics
        .split('\n')
        .filter((line) => /^manifold_(replica_requests_outstanding|requests_(running|waiting))/.test(line));
    };

    await expect
      .poll(gauges)
      .toSatisfy((lines: string[]) => lines.length > 0 && lines.every((line) => line.endsWith(' 0')));
    await expect.poll(() => [first.open(), second.open()]).toEqual([0, 0]);
  },
);
