import { describe, expect, it } from 'vitest';
import { startConfigured } from '../support/configured-server.ts';
import { startScriptedUpstream, type Asked, type Reply, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { figures } from '../support/upstream-figures.ts';
import { answerAs } from '../support/upstream-kinds.ts';

const kinds = Object.keys(figures) as (keyof typeof figures)[];
const ask = { model: 'served-name', messages: [{ role: 'user', content: 'x' }] };

describe.each(kinds)('what servers of kind %s say of their work', (kind) => {
  const path = `GET ${figures[kind]().path}`;
  const busyWith = (running: () => number) => {
    const { text } = figures[kind]();
    return (asked: Asked): Reply =>
      asked.path === path
        ? { headers: { 'content-type': 'text/plain' }, text: text({ running: running(), waiting: 2, cacheUse: 0.5 }) }
        : answerAs(kind, asked);
  };

  it('sends requests to the one that has less, whoever it works for', async () => {
    let first = 40;
    await using one = await startScriptedUpstream(busyWith(() => first));
    await using two = await startScriptedUpstream(busyWith(() => 0));
    await using server = await startConfigured([
      { kind, replicas: [one.url, two.url], models: ['served-name'], stickyUpTo: 0, checkSeconds: 0.05 },
    ]);
    const looks = (at: ScriptedUpstream) => at.asked.filter(({ path: seen }) => seen === path).length;
    await expect.poll(() => Math.min(looks(one), looks(two))).toBeGreaterThan(1);

    for (let round = 0; round < 10; round++) expect((await server.chat(ask)).status).toBe(200);
    expect([one.posts().length, two.posts().length]).toEqual([0, 10]);

    const before = looks(one);
    first = 0;
    await expect.poll(() => looks(one)).toBeGreaterThan(before + 2);
    // A look that falls into a request takes that off what the script tells, which does not count it: until the next look.
    const postsAtOne = async () => {
      expect((await server.chat(ask)).status).toBe(200);
      return one.posts().length;
    };
    await expect.poll(postsAtOne, { interval: 5 }).toBeGreaterThan(0);
  });

  it('is in the metrics, until the address is gone or says nothing', async () => {
    await using one = await startScriptedUpstream(busyWith(() => 3));
    let isQuiet = false;
    const busy = busyWith(() => 5);
    await using two = await startScriptedUpstream((asked) =>
      isQuiet && asked.path === path ? { status: 404 } : busy(asked),
    );
    await using server = await startConfigured([
      { name: 'gpu', kind, replicas: [one.url, two.url], models: ['served-name'], checkSeconds: 0.05 },
    ]);
    const lines = async () => {
      const text = await (await server.fetch('/v1/metrics')).text();
      return text.match(/^manifold_engine_.*$/gm) ?? [];
    };
    const of = (url: string, name: string, value: number) =>
      `manifold_engine_${name}{engine="gpu",address="${url}"} ${value}`;

    await expect
      .poll(lines)
      .toEqual(
        expect.arrayContaining([
          of(one.url, 'requests_running', 3),
          of(two.url, 'requests_running', 5),
          of(one.url, 'requests_waiting', 2),
          ...(kind === 'llama-server' ? [] : [of(one.url, 'cache_use_ratio', 0.5)]),
        ]),
      );
    isQuiet = true;
    await expect.poll(async () => (await lines()).some((line) => line.includes(two.url))).toBe(false);
  });
});

it('has the answers of one request for each of them, which are not the work of others', async () => {
  const { path, text } = figures.vllm();
  let running = 0;
  let looks = 0;
  await using one = await startScriptedUpstream((asked) => {
    if (asked.path !== `GET ${path}`) {
      running += Number(asked.body['n'] ?? 0);
      return { ...answerAs('vllm', asked), ...(asked.body['n'] === 3 && { end: 'silence' }) };
    }
    looks++;
    return { headers: { 'content-type': 'text/plain' }, text: text({ running, waiting: 0, cacheUse: 0 }) };
  });
  await using two = await startScriptedUpstream((asked) => answerAs('vllm', asked));
  await using server = await startConfigured([
    {
      kind: 'vllm',
      replicas: [
        { url: one.url, capacity: 4 },
        { url: two.url, tier: 1 },
      ],
      models: ['served-name'],
      checkSeconds: 0.05,
    },
  ]);
  const three = server.chat({ ...ask, n: 3, stream: true });
  await expect.poll(() => running).toBe(3);
  const before = looks;
  await expect.poll(() => looks).toBeGreaterThan(before + 2);

  expect((await server.chat(ask)).status).toBe(200);
  expect([one.posts().length, two.posts().length]).toEqual([2, 0]);
  await (await three).body?.cancel();
});
