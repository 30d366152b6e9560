import { describe, expect, it } from 'vitest';
import { aMoment } from '../support/a-moment.ts';
import { askThrough as ask, body, ended, event, said, usage } from '../support/ask-through.ts';
import { startScriptedUpstream } from '../support/scripted-upstream.ts';
import { startInFrontOf } from '../support/upstream-server.ts';

describe('what is done for a server that cannot', () => {
  it('JSON is asked for once more where it was none', async () => {
    let asked = 0;
    await using upstream = await startScriptedUpstream(({ path }) => {
      if (path.startsWith('GET')) return { text: '{"data":[]}' };
      return { events: [event({ content: ++asked === 1 ? 'Sure! {' : '{"a":1}' }), event({}, 'stop', { usage })] };
    });
    await using server = await startInFrontOf('hosted-nim', upstream.url);
    const answer = await server.chat({ ...body, response_format: { type: 'json_object' } });

    expect(await answer.json()).toMatchObject({ choices: [{ message: { content: '{"a":1}' } }] });
    expect(answer.headers.get('x-manifold-emulated')).toBe('response_format');
    expect(asked).toBe(2);
  });

  it('JSON that is still heard has been generated, also for a client that leaves', async () => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET')
        ? { text: '{"data":[]}' }
        : { events: [event({ content: '{"a"' }), event({ content: ':1' })], end: 'silence' },
    );
    await using server = await startInFrontOf('hosted-nim', upstream.url);
    let asked = 0;
    /** What is recorded of a client that leaves a moment after the service began to answer. */
    const recorded = async () => {
      const leaving = new AbortController();
      const left = server
        .chat({ ...body, response_format: { type: 'json_object' } }, { signal: leaving.signal })
        .catch(() => 'left');
      await expect.poll(() => upstream.posts().length).toBe(++asked);
      await aMoment();
      leaving.abort();
      expect(await left).toBe('left');
      await expect.poll(() => server.logLines()).toHaveLength(asked);
      return server.logLines().at(-1);
    };

    // A busy machine may not have heard all of it by then.
    await expect
      .poll(recorded)
      .toMatchObject({ status: 499, promptTokens: expect.any(Number), completionTokens: 2, estimated: true });
  });

  it('raw calls and thoughts are read as the family writes them', async () => {
    const raw = '<think>hm</think><tool_call>\n{"name": "f", "arguments": {"x": 1}}\n</tool_call>';
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET')
        ? { text: '{"data":[]}' }
        : { events: [...raw.match(/.{1,7}/gs)!.map((content) => event({ content })), event({}, 'stop', { usage })] },
    );
    await using server = await startInFrontOf('openai', upstream.url, { answerFormat: 'hermes' });
    const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
    const answer = await server.chat({ ...body, tools });

    expect(await answer.json()).toMatchObject({
      choices: [
        {
          finish_reason: 'tool_calls',
          message: { reasoning_content: 'hm', tool_calls: [{ function: { name: 'f', arguments: '{"x": 1}' } }] },
        },
      ],
    });
  });

  it('raw answers keep the ids of their tokens', async () => {
    const events = ['<think>hm', '</think>', 'one'].map((content, at) => ({
      choices: [{ index: 0, delta: { content }, token_ids: [at], finish_reason: at === 2 ? 'stop' : null }],
    }));
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : { events },
    );
    await using server = await startInFrontOf('vllm', upstream.url, { answerFormat: 'hermes' });
    const answer = await server.chat({ ...body, return_token_ids: true });

    expect(await answer.json()).toMatchObject({
      choices: [{ token_ids: [0, 1, 2], message: { reasoning_content: 'hm', content: 'one' } }],
    });
  });

  it('choices made one by one have seeds of their own', async () => {
    const { upstream } = await ask({ events: [said, ended] }, { n: 3, seed: 7 }, 'ollama');

    expect(new Set(upstream.posts().map(({ body: sent }) => sent['seed']))).toEqual(new Set([7, 8, 9]));
  });

  it('keys are kept apart by salts that tell nothing of them', async () => {
    const { upstream } = await ask({ events: [said, ended] }, {}, 'vllm');
    const { upstream: narrowed } = await ask({ events: [said, ended] }, { cache_salt: 'mine' }, 'vllm');
    const [salt, other] = [upstream, narrowed].map((each) => each.posts()[0]?.body['cache_salt']);

    expect(salt).toMatch(/^[\w-]{43}$/);
    expect(other).toMatch(/^[\w-]{43}$/);
    expect(other).not.toBe(salt);
  });

  it('a fleet that routes by itself learns which key asks, and no key', async () => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : { events: [said, ended] },
    );
    await using server = await startInFrontOf('vllm', upstream.url, { selfRouting: true, objective: 'chat' });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    await server.chat(body, { headers: { 'x-llm-d-inference-fairness-id': 'forged', traceparent } });
    const headers = upstream.posts()[0]?.headers;

    expect(headers?.['x-llm-d-inference-fairness-id']).toMatch(/^[\w-]{22}$/);
    expect(headers?.['x-llm-d-inference-objective']).toBe('chat');
    expect(headers?.['traceparent']).toBe(traceparent);
  });
});
