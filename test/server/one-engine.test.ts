import { describe, expect, it } from 'vitest';
import { event, usage } from '../support/ask-through.ts';
import { startConfigured } from '../support/configured-server.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';

const whole = { events: [event({ content: 'one' }), event({}, 'stop', { usage })] };
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
      path.startsWith('GET') ? { status: 503 } : whole,
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
      return ++count === 1 ? { status: 429, headers: { 'retry-after': '1' }, text: '{}' } : whole;
    });
    await using server = await startConfigured([{ kind: 'hosted-nim', key, models, url: upstream.url }]);

    expect((await server.chat(body)).status).toBe(429);
    expect((await server.chat(body)).status).toBe(200);
  });

  it.each([
    ['to begin', {}, { firstTokenSeconds: 4 }],
    ['for JSON to be asked for again', { response_format: { type: 'json_object' } }, { betweenTokensSeconds: 4 }],
  ])('that is hosted is not blamed for the time that requests wait for its limit (%s)', async (_, more, timeouts) => {
    // Four may be asked at once, and each of them takes its time.
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET')
        ? { text: '{"data":[]}' }
        : { events: [event({ content: 'no JSON' }), event({}, 'stop', { usage })], afterMs: 2500 },
    );
    await using server = await startConfigured([{ kind: 'hosted-nim', key, models, url: upstream.url, timeouts }]);
    const ask = async () => (await server.chat({ ...body, ...more })).json();
    const answers = await Promise.all(Array.from({ length: 7 }, ask));

    expect(JSON.stringify(answers)).not.toContain('timeout');
  });

  it('that is hosted lets nobody wait for an hour, and is asked again sooner', async () => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET')
        ? { text: '{"data":[]}' }
        : { status: 429, headers: { 'retry-after': '3600' }, text: '{}' },
    );
    await using server = await startConfigured([{ kind: 'hosted-nim', key, models, url: upstream.url }]);
    const answers = [await server.chat(body), await server.chat(body)];

    const waits = answers.map((each) => [each.status, Number(each.headers.get('retry-after'))]);
    expect(waits).toEqual([
      [429, 3600],
      [429, expect.toSatisfy((seconds: number) => seconds > 290 && seconds <= 300)],
    ]);
    expect(upstream.posts()).toHaveLength(1);
  });

  it('that is another Manifold is believed when it says for how long it is busy', async () => {
    const error = { message: 'The model is still loading.', code: 'model_loading' };
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET')
        ? { text: '{"data":[]}' }
        : { status: 503, headers: { 'retry-after': '30' }, text: JSON.stringify({ error }) },
    );
    await using server = await startConfigured([{ kind: 'manifold', key, models, url: upstream.url }]);
    const answer = await server.chat(body);

    expect([answer.status, answer.headers.get('retry-after')]).toEqual([503, '30']);
  });

  it.each(['openai', 'manifold'])(
    'of kind %s that repeats a prompt in its failure leaves none in the log',
    async (kind) => {
      const secret = 'what nobody else may read';
      let status = 200;
      await using upstream = await startScriptedUpstream(({ path }) => {
        if (path.startsWith('GET')) return { text: '{"data":[]}' };
        const text = JSON.stringify({ error: { message: `Cannot: ${secret}, ${key}`, param: secret }, detail: secret });
        return status === 200 ? { events: [text, `data: {${secret}\n\n`] } : { status, text };
      });
      await using server = await startConfigured([{ kind, key, models, url: upstream.url }]);
      for (status of [200, 400, 422, 500, 502]) {
        // oxlint-disable-next-line no-await-in-loop -- one after the other
        const answer = await server.chat({ ...body, seed: status, messages: [{ role: 'user', content: secret }] });
        // oxlint-disable-next-line no-await-in-loop
        expect(await answer.text()).not.toContain(secret);
      }

      await expect.poll(() => server.logLines().length).toBeGreaterThanOrEqual(5);
      expect(server.logText()).not.toContain(secret);
      expect(server.logText()).not.toContain(key);
    },
  );

  it('may take longer to its first content than between two pieces, though its headers came', async () => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : { ...whole, afterMs: 2500 },
    );
    const timeouts = { firstTokenSeconds: 20, betweenTokensSeconds: 2 };
    await using server = await startConfigured([{ kind: 'vllm', key, models, url: upstream.url, timeouts }]);

    expect((await server.chat(body)).status).toBe(200);
  });

  it.each<[object, object[], number, string]>([
    [{ firstTokenSeconds: 0.3 }, [], 504, 'engine_first_token_timeout'],
    [{ betweenTokensSeconds: 0.3 }, whole.events.slice(0, 1), 200, 'engine_token_timeout'],
    [{ totalSeconds: 3 }, whole.events.slice(0, 1), 200, 'engine_total_timeout'],
  ])('is given up after %j', async (timeouts, events, status, code) => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : { events, end: 'silence' },
    );
    await using server = await startConfigured([{ kind: 'vllm', key, models, url: upstream.url, timeouts }]);
    const late = await server.chat({ ...body, stream: true });
    const text = await late.text();

    expect(late.status).toBe(status);
    expect(text).toContain(code);
    expect(text).not.toContain('[DONE]');
    await expect.poll(() => upstream.left()).toBe(1);
  });

  it('that answers no JSON is asked once more, and both answers are counted', async () => {
    const saying = (content: string) => ({ events: [event({ content }), event({}, 'stop', { usage })] });
    await using upstream = await startScriptedUpstream(({ path }, count) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : saying(count % 2 === 0 ? 'no' : '{}'),
    );
    await using server = await startConfigured([{ kind: 'hosted-nim', key, models, url: upstream.url }]);
    const answer = await server.chat({ ...body, response_format: { type: 'json_object' } });

    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: '{}' } }], usage });
    expect(upstream.posts()).toHaveLength(2);
    await expect.poll(() => server.logLines().at(-1)).toMatchObject({ lostAttempts: 1, completionTokens: 2 });
    expect(await (await server.fetch('/v1/metrics')).text()).toContain(
      'manifold_completion_tokens_total{model="test/model"} 4',
    );
  });
});
