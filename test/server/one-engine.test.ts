import { describe, expect, it } from 'vitest';
import { event, usage } from '../support/ask-through.ts';
import { startConfigured } from '../support/configured-server.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';

const answer = { events: [event({ content: 'one' }), event({}, 'stop', { usage })] };
const body = { model: 'test/model', messages: [{ role: 'user', content: 'Hello' }] };
const models = { 'test/model': 'served' };
const key = 'sk-of-the-upstream-0123456789';

describe('an engine with one address', () => {
  it.each(['openai', 'vllm', 'hosted-nim'])('of kind %s that refuses its key says so', async (kind) => {
    await using upstream = await startScriptedUpstream(() => ({ status: 401, text: '{}' }));
    await using server = await startConfigured([{ kind, key, models, url: upstream.url }]);
    const refused = await server.chat(body);

    expect(refused.status).toBe(502);
    expect(await refused.json()).toMatchObject({ error: { code: 'upstream_auth' } });
  });

  it('that was away at the last look is asked all the same', async () => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { status: 503 } : answer,
    );
    await using server = await startConfigured([{ kind: 'vllm', key, models, url: upstream.url }]);
    const { data } = (await (await server.fetch('/v1/models')).json()) as { data: object[] };

    expect(data).toMatchObject([{ manifold: { state: 'failed' } }]);
    expect((await server.chat(body)).status).toBe(200);
  });

  it('that is busy is left alone for as long as it asks', async () => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : { status: 429, headers: { 'retry-after': '60' }, text: '{}' },
    );
    await using server = await startConfigured([{ kind: 'vllm', key, models, url: upstream.url }]);
    const answers = [await server.chat(body), await server.chat(body)];

    expect(answers.map((each) => [each.status, Number(each.headers.get('retry-after')) > 50])).toEqual([
      [429, true],
      [503, true],
    ]);
    expect(upstream.posts()).toHaveLength(1);
  });

  it('that is hosted lets requests wait after it refused one', async () => {
    let count = 0;
    await using upstream = await startScriptedUpstream(({ path }) => {
      if (path.startsWith('GET')) return { text: '{"data":[]}' };
      return ++count === 1 ? { status: 429, headers: { 'retry-after': '1' }, text: '{}' } : answer;
    });
    await using server = await startConfigured([{ kind: 'hosted-nim', key, models, url: upstream.url }]);

    expect((await server.chat(body)).status).toBe(429);
    expect((await server.chat(body)).status).toBe(200);
  });

  it('that is hosted lets nobody wait for an hour', async () => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET')
        ? { text: '{"data":[]}' }
        : { status: 429, headers: { 'retry-after': '3600' }, text: '{}' },
    );
    await using server = await startConfigured([{ kind: 'hosted-nim', key, models, url: upstream.url }]);
    const answers = [await server.chat(body), await server.chat(body)];

    expect(answers.map((each) => [each.status, Number(each.headers.get('retry-after')) > 3500])).toEqual([
      [429, true],
      [429, true],
    ]);
    expect(upstream.posts()).toHaveLength(1);
  });
});
