import { describe, expect, it } from 'vitest';
import { startConfigured } from '../support/configured-server.ts';
import { startScriptedUpstream, type Asked, type Reply, type ScriptedUpstream } from '../support/scripted-upstream.ts';

const answer = { events: [{ choices: [{ delta: { content: 'one' }, finish_reason: 'stop' }] }] };

/** A vLLM that says how much it has to do. */
const busyWith =
  (running: () => number) =>
  ({ path }: Asked): Reply => {
    if (path === 'GET /metrics')
      return {
        headers: { 'content-type': 'text/plain' },
        text: `vllm:num_requests_running{model_name="m"} ${running()}\nvllm:num_requests_waiting{model_name="m"} 2\nvllm:kv_cache_usage_perc{model_name="m"} 0.5\n`,
      };
    return path.startsWith('GET') ? { text: '{"data":[{"id":"m"}]}' } : answer;
  };
const ask = { model: 'm', messages: [{ role: 'user', content: 'x' }] };

describe('what servers say of their work', () => {
  it('sends requests to the one that has less, whoever it works for', async () => {
    let first = 40;
    await using one = await startScriptedUpstream(busyWith(() => first));
    await using two = await startScriptedUpstream(busyWith(() => 0));
    await using server = await startConfigured([
      { kind: 'vllm', replicas: [one.url, two.url], models: ['m'], stickyUpTo: 0, checkSeconds: 0.05 },
    ]);
    const looks = (at: ScriptedUpstream) => at.asked.filter(({ path }) => path === 'GET /metrics').length;
    await expect.poll(() => Math.min(looks(one), looks(two))).toBeGreaterThan(1);

    for (let round = 0; round < 10; round++) expect((await server.chat(ask)).status).toBe(200);
    expect([one.posts().length, two.posts().length]).toEqual([0, 10]);

    const before = looks(one);
    first = 0;
    await expect.poll(() => looks(one)).toBeGreaterThan(before + 2);
    for (let round = 0; round < 20; round++) expect((await server.chat(ask)).status).toBe(200);
    expect(one.posts().length).toBeGreaterThan(0);
  });

  it('is in the metrics, until the address is gone or says nothing', async () => {
    await using one = await startScriptedUpstream(busyWith(() => 3));
    let isQuiet = false;
    await using two = await startScriptedUpstream((asked) =>
      isQuiet && asked.path === 'GET /metrics' ? { status: 404 } : busyWith(() => 5)(asked),
    );
    await using server = await startConfigured([
      { name: 'gpu', kind: 'vllm', replicas: [one.url, two.url], models: ['m'], checkSeconds: 0.05 },
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
          of(one.url, 'cache_use_ratio', 0.5),
        ]),
      );
    isQuiet = true;
    await expect.poll(async () => (await lines()).some((line) => line.includes(two.url))).toBe(false);
  });
});
