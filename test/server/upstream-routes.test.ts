import { describe, expect, it } from 'vitest';
import type { UpstreamKind } from '../../src/api/internal/upstream-kinds.ts';
import { startScriptedUpstream, type Asked, type Reply } from '../support/scripted-upstream.ts';
import { startInFrontOf } from '../support/upstream-server.ts';

/** Sends one request to a route of the real server, in front of a server that answers as told. */
async function ask(kind: UpstreamKind, path: string, body: object, reply: (asked: Asked) => Reply) {
  await using upstream = await startScriptedUpstream((asked) =>
    asked.path.startsWith('GET') ? { text: '{"data":[]}' } : reply(asked),
  );
  await using server = await startInFrontOf(kind, upstream.url);
  const answer = await server.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'test/model', ...body }),
  });
  const emulated = answer.headers.get('x-manifold-emulated');
  const log = () => server.logLines().find(({ msg }) => msg === 'request');
  return { status: answer.status, answer: await answer.json(), posts: upstream.posts(), emulated, log };
}

const json = (value: unknown) => () => ({ text: JSON.stringify(value) });
const usage = { prompt_tokens: 4, total_tokens: 4 };

describe('embeddings', () => {
  const floats = Buffer.from(new Float32Array([3, 4]).buffer).toString('base64');
  it.each<[UpstreamKind, unknown]>([
    ['vllm', floats],
    ['hosted-nim', [3, 4]],
    ['ollama', floats],
    ['openai', [3, 4]],
  ])('of %s have length 1, however they come', async (kind, embedding) => {
    const data = [
      { index: 1, embedding },
      { index: 0, embedding },
    ];
    const { answer, posts } = await ask(kind, '/v1/embeddings', { input: ['a', 'b'] }, json({ data, usage }));

    expect(answer).toMatchObject({
      data: [0, 1].map((index) => ({ index, embedding: [expect.closeTo(0.6, 6), expect.closeTo(0.8, 6)] })),
      usage: { prompt_tokens: 4 },
    });
    expect(posts[0]).toMatchObject({ path: 'POST /v1/embeddings', body: { model: 'served-name', input: ['a', 'b'] } });
  });

  it.each<[UpstreamKind, object, string, string]>([
    ['vllm', { input_type: 'query' }, 'unsupported_parameter', 'input_type'],
    ['vllm', { keep_alive: 0 }, 'unsupported_parameter', 'keep_alive'],
    ['hosted-nim', { dimensions: 2 }, 'unsupported_parameter', 'dimensions'],
    ['tensorrt-llm', {}, 'unsupported_task', 'model'],
  ])('%s refuses %j', async (kind, fields, code, param) => {
    const { status, answer, posts } = await ask(kind, '/v1/embeddings', { input: 'a', ...fields }, json({}));

    expect([status, posts.length]).toEqual([400, 0]);
    expect(answer).toMatchObject({ error: { code, param } });
  });

  it('tell another Manifold how long its model is kept', async () => {
    const data = [{ index: 0, embedding: floats }];
    const { posts } = await ask('manifold', '/v1/embeddings', { input: 'a', keep_alive: 0 }, json({ data, usage }));

    expect(posts[0]?.body).toMatchObject({ model: 'served-name', keep_alive: 0 });
  });

  it('name what another Manifold emulates', async () => {
    const { emulated } = await ask('manifold', '/v1/embeddings', { input: 'a', input_type: 'query' }, () => ({
      text: JSON.stringify({ data: [{ index: 0, embedding: floats }], usage }),
      headers: { 'x-manifold-emulated': 'input_type' },
    }));

    expect(emulated).toBe('input_type');
  });

  it.each([
    ['no usage', undefined, 3],
    ['a count that none can have', { prompt_tokens: 1e15 }, 3],
    ['the total alone', { total_tokens: 5 }, 5],
    ['none used', { prompt_tokens: 0 }, 0],
  ])('of a server that tells %s are counted all the same', async (_, told, counted) => {
    const data = [0, 1].map((index) => ({ index, embedding: floats }));
    const { answer } = await ask(
      'openai',
      '/v1/embeddings',
      { input: ['12345678', 'äö'] },
      json({ data, usage: told }),
    );

    expect(answer).toMatchObject({ usage: { prompt_tokens: counted } });
  });

  it.each([
    [['12345678', 'äö'], 3],
    [[[1, 2, 3], [4]], 4],
  ])('that their client leaves used what was sent, as an estimate (%j)', async (input, tokens) => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : { events: [], end: 'silence' },
    );
    await using server = await startInFrontOf('openai', upstream.url);
    const leaving = new AbortController();
    const body = JSON.stringify({ model: 'test/model', input });
    const headers = { 'content-type': 'application/json' };
    const left = server
      .fetch('/v1/embeddings', { method: 'POST', headers, body, signal: leaving.signal })
      .catch(() => 'left');
    await expect.poll(() => upstream.posts().length).toBe(1);

    leaving.abort();

    expect(await left).toBe('left');
    await expect
      .poll(() => server.logLines())
      .toMatchObject([{ status: 499, promptTokens: tokens, completionTokens: 0, estimated: true }]);
  });

  it('of a server that is not there use nothing', async () => {
    await using server = await startInFrontOf('openai', 'http://127.0.0.1:1');
    const body = JSON.stringify({ model: 'test/model', input: 'a' });
    const headers = { 'content-type': 'application/json' };

    const response = await server.fetch('/v1/embeddings', { method: 'POST', headers, body });

    expect(response.status).toBe(503);
    await expect.poll(() => server.logLines()).toHaveLength(1);
    expect(server.logLines()[0]).not.toHaveProperty('promptTokens');
  });

  it.each<[UpstreamKind, Reply]>([
    [
      'llama-server',
      { status: 501, text: '{"error":{"code":501,"message":"This server does not support embeddings."}}' },
    ],
    ['vllm', { status: 404, text: '{"detail":"Not Found"}' }],
    // One that serves files too.
    ['openai', { status: 405, text: '{"detail":"Method Not Allowed"}' }],
  ])('are no failure of a server that makes none: %s', async (kind, reply) => {
    const { status, answer } = await ask(kind, '/v1/embeddings', { input: 'a' }, () => reply);

    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { code: 'unsupported_task', param: 'model' } });
  });

  it('say what a server needs and was not sent', async () => {
    const needs = { status: 400, text: `{"error":"'input_type' parameter is required"}` };
    const { status, answer } = await ask('hosted-nim', '/v1/embeddings', { input: 'a' }, () => needs);

    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { code: 'missing_required_parameter', param: 'input_type' } });
    expect(JSON.stringify(answer)).not.toContain('leave it out');
  });

  it.each([[[3, null]], [[3, '4']], [[[3, 4]]], [[]], [null]])('are none where a vector is %j', async (embedding) => {
    const { status, answer } = await ask('openai', '/v1/embeddings', { input: 'a' }, json({ data: [{ embedding }] }));

    expect(status).toBe(500);
    expect(answer).toMatchObject({ error: { code: 'engine_error' } });
  });

  it('are an error where a 200 holds one', async () => {
    const { status, answer } = await ask(
      'openai',
      '/v1/embeddings',
      { input: 'a' },
      json({ error: { message: 'boom', code: 429 } }),
    );

    expect(status).toBe(429);
    expect(answer).toMatchObject({ error: { code: 'rate_limit_exceeded' } });
  });

  it.each([[{}], [{ data: [{ index: 0 }] }], [{ data: [{ index: 0, embedding: ['x'] }] }]])(
    'that are none (%j) are an error',
    async (value) => {
      const { status } = await ask('openai', '/v1/embeddings', { input: 'a' }, json(value));

      expect(status).toBe(500);
    },
  );
});

describe('text completions', () => {
  const logprobs = { tokens: ['b'], token_logprobs: [-0.5], top_logprobs: [{ b: -0.5, c: -1 }], text_offset: [0] };

  it('have their text, their log probabilities and their usage', async () => {
    const events = [
      { object: 'text_completion', choices: [{ index: 0, text: 'b', logprobs, finish_reason: null }] },
      {
        object: 'text_completion',
        choices: [{ index: 0, text: '', logprobs: null, finish_reason: 'length' }],
        usage: { ...usage, completion_tokens: 1 },
      },
    ];
    const { answer, posts } = await ask('vllm', '/v1/completions', { prompt: 'a', logprobs: 2, max_tokens: 1 }, () => ({
      events,
    }));

    expect(answer).toMatchObject({
      choices: [{ text: 'b', finish_reason: 'length', logprobs: { tokens: ['b'], token_logprobs: [-0.5] } }],
      usage: { prompt_tokens: 4, completion_tokens: 1 },
    });
    expect(posts[0]).toMatchObject({ path: 'POST /v1/completions', body: { prompt: 'a', logprobs: 2, stream: true } });
    expect(posts[0]?.body).not.toHaveProperty('messages');
  });

  it.each([
    ['by id', ['token_id:7', 'token_id:8', 'token_id:9'], [0, 0, 1], [0, 0, 1]],
    ['by bytes, where they are no text', ['bytes:\\xf0\\x9f', 'bytes:\\x98\\x80', 'a'], [0, 0, 1], [0, 0, 1]],
  ])('tell where tokens begin that are named %s', async (_name, tokens, offsets, expected) => {
    const spelled = { tokens, token_logprobs: [-1, -1, -1], top_logprobs: [{}, {}, {}], text_offset: offsets };
    const piece = (text: string, from: number, to: number) => ({
      index: 0,
      text,
      finish_reason: null,
      logprobs: Object.fromEntries(Object.entries(spelled).map(([name, list]) => [name, list.slice(from, to)])),
    });
    const last = { index: 0, text: '', logprobs: null, finish_reason: 'length' };
    const fields = { prompt: 'a', logprobs: 0, return_tokens_as_token_ids: true };
    const { answer } = await ask('vllm', '/v1/completions', fields, () => ({
      events: [{ choices: [piece('😀', 0, 2)] }, { choices: [piece('a', 2, 3)] }, { choices: [last], usage }],
    }));

    expect(answer).toMatchObject({ choices: [{ logprobs: { tokens, text_offset: expected } }] });
  });

  it('with an echo and no tokens are rendered as that, and refused for what they ask', async () => {
    const fields = { prompt: 'a', echo: true, max_tokens: 0, logprobs: 1 };
    const { status, answer, posts } = await ask('manifold', '/v1/completions', fields, ({ path }) => ({
      text: JSON.stringify(path.endsWith('/render') ? [{ token_ids: [1], prompt_text: 'a' }] : { prompt: '<s>' }),
    }));

    expect(posts[0]).toMatchObject({ path: 'POST /v1/completions/render', body: { max_tokens: 0, echo: true } });
    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { code: 'unsupported_parameter', param: 'max_tokens' } });
  });

  it('tell another Manifold how long its model is kept, and are refused where a server does not ask', async () => {
    const fields = { prompt: 'a', keep_alive: '-1m' };
    const events = [{ object: 'text_completion', choices: [{ index: 0, text: 'b', finish_reason: 'stop' }], usage }];
    const told = await ask('manifold', '/v1/completions', fields, () => ({ events }));

    expect(told.posts[0]?.body).toMatchObject({ prompt: 'a', keep_alive: '-1m' });
  });

  it.each([{}, { echo: true, max_tokens: 0 }])(
    'with what a server cannot honour are refused, beside %j',
    async (more) => {
      const fields = { prompt: 'a', keep_alive: '-1m', ...more };
      const refused = await ask('vllm', '/v1/completions', fields, json({ count: 1, tokens: [1] }));

      expect([refused.status, refused.posts.length]).toEqual([400, 0]);
      expect(refused.answer).toMatchObject({ error: { code: 'unsupported_parameter', param: 'keep_alive' } });
    },
  );

  it('of token ids are refused where prompts are texts', async () => {
    const { status, answer } = await ask('ollama', '/v1/completions', { prompt: [1, 2] }, json({}));

    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { code: 'unsupported_parameter', param: 'prompt' } });
  });
});

describe('tokens', () => {
  it.each<[UpstreamKind, unknown, object]>([
    [
      'vllm',
      { tokens: [1, 2], count: 2, max_model_len: 9, token_strs: ['a', 'b'] },
      { prompt: 'a b', add_special_tokens: true },
    ],
    ['sglang', { tokens: [1, 2], count: 2 }, { prompt: 'a b', add_special_tokens: true }],
    ['llama-server', { tokens: [1, 2] }, { content: 'a b', add_special: true }],
    [
      'llama-server',
      {
        tokens: [
          { id: 1, piece: 'a' },
          { id: 2, piece: [98] },
        ],
      },
      { content: 'a b', add_special: true },
    ],
  ])('of %s are those it tells', async (kind, reply, sent) => {
    const { answer, posts } = await ask(kind, '/tokenize', { prompt: 'a b', return_token_strs: true }, json(reply));

    expect(answer).toMatchObject({ count: 2, tokens: [1, 2] });
    expect(posts[0]).toMatchObject({ path: 'POST /tokenize', body: sent });
  });

  it.each<[UpstreamKind, object, object]>([
    ['vllm', { prompt: 'a b' }, {}],
    // Those that mark something are text as well.
    ['sglang', { text: 'a b' }, { skip_special_tokens: false }],
    ['llama-server', { content: 'a b' }, {}],
  ])('become text again at %s', async (kind, reply, more) => {
    const { answer, posts } = await ask(kind, '/detokenize', { tokens: [1, 2] }, json(reply));

    expect(answer).toEqual({ prompt: 'a b' });
    expect(posts[0]?.body).toEqual({ model: 'served-name', tokens: [1, 2], ...more });
  });

  it('that do not exist are not the fault of a server of llama.cpp, which fails over them', async () => {
    const { status, answer } = await ask('llama-server', '/detokenize', { tokens: [9] }, () => ({
      status: 500,
      text: '{"error":{"code":500,"message":"vector::_M_range_check","type":"server_error"}}',
    }));

    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { code: 'invalid_value', param: 'tokens' } });
  });

  it.each(['/tokenize', '/v1/chat/completions/render'])('%s is refused where a server cannot tell', async (path) => {
    const fields = path === '/tokenize' ? { prompt: 'a' } : { messages: [{ role: 'user', content: 'a' }] };
    const { status, answer } = await ask('openai', path, fields, json({}));

    expect(status).toBe(400);
    expect(answer).toMatchObject({ error: { param: 'model' } });
  });
});

describe('an answer to a question about tokens', () => {
  it.each<[string, Reply, number, string]>([
    ['that is not JSON', { text: '<html>' }, 500, 'engine_error'],
    ['that breaks', { events: ['{"tok'], end: 'cut' }, 502, 'engine_disconnected'],
    ['of another shape', { text: '{"tokens":{}}' }, 500, 'engine_error'],
  ])('%s is the engine’s failure', async (_, reply, status, code) => {
    const asked = await ask('vllm', '/tokenize', { prompt: 'a' }, () => reply);

    expect([asked.status, asked.answer]).toEqual([
      status,
      expect.objectContaining({ error: expect.objectContaining({ code }) }),
    ]);
  });
});

it('questions about tokens carry what ties the records of both together', async () => {
  await using upstream = await startScriptedUpstream(({ path }) =>
    path.startsWith('GET') ? { text: '{"data":[]}' } : { text: '{"tokens":[1,2],"prompt":"x"}' },
  );
  await using server = await startInFrontOf('vllm', upstream.url);
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  for (const [path, body] of [
    ['/tokenize', { prompt: 'x' }],
    ['/detokenize', { tokens: [1] }],
  ] as const) {
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    const answer = await server.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json', traceparent },
      body: JSON.stringify({ model: 'test/model', ...body }),
    });

    expect(answer.status).toBe(200);
    expect(upstream.posts().at(-1)?.headers).toMatchObject({
      traceparent,
      'x-request-id': answer.headers.get('x-request-id'),
    });
  }
});
