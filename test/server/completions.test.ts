import { connect } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { completion, completionChunk, type Completion, type CompletionChunk } from '../../src/api/completion.ts';
import type { EngineRequest } from '../../src/api/internal/engine-request.ts';
import type { TokenLogprob } from '../../src/api/logprobs.ts';
import { ManifoldError } from '../../src/errors.ts';
import { rawExchange } from '../support/raw-exchange.ts';
import { answer, finish, piece, role, scriptedEngine, usageOf, type Step } from '../support/scripted-engine.ts';
import { sseData } from '../support/sse-events.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

const plain = { model: 'test/model', prompt: 'Once' };

function complete(body: object, path = '/v1/completions'): Promise<Response> {
  return server.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

/** As sent: checked against the contract, but with nothing dropped or filled in. */
async function completionOf(body: object): Promise<Completion> {
  const response = await complete(body);
  const answered = (await response.json()) as Completion;
  expect(completion.parse(answered)).toEqual(answered);
  return answered;
}

async function chunksOf(body: object): Promise<CompletionChunk[]> {
  const data = sseData(await (await complete({ ...body, stream: true })).text());
  expect(data.at(-1)).toBe('[DONE]');
  return data.slice(0, -1).map((text) => {
    const chunk = JSON.parse(text) as CompletionChunk;
    expect(completionChunk.parse(chunk)).toEqual(chunk);
    return chunk;
  });
}

/** An engine that answers with what it was asked, after the number of the choice. */
const repeating = () =>
  scriptedEngine((_, { prompt, n }) => [
    ...Array.from({ length: n }, (_unused, index): Step => piece(`${index}:${String(prompt)}`, index)),
    ...Array.from({ length: n }, (_unused, index) => finish('stop', index)),
    usageOf(3, n),
  ]);

describe('a text completion', () => {
  it('fits the contract, plain and streamed alike', async () => {
    server = await startTestServer(scriptedEngine(answer(' upon', ' a time')));

    const whole = await completionOf(plain);
    const chunks = await chunksOf(plain);

    expect(whole).toMatchObject({ object: 'text_completion', model: 'test/model', system_fingerprint: 'fp_test' });
    expect(whole.id).toMatch(/^cmpl-[0-9a-f]{32}$/);
    expect(whole.choices).toEqual([
      { index: 0, text: ' upon a time', logprobs: null, finish_reason: 'stop', stop_reason: null },
    ]);
    expect(whole.usage).toEqual({ prompt_tokens: 7, completion_tokens: 2, total_tokens: 9 });
    expect(chunks.map(({ choices }) => choices[0]?.text)).toEqual([' upon', ' a time', '']);
    expect(chunks.map(({ choices }) => choices[0]?.finish_reason)).toEqual([null, null, 'stop']);
    expect(new Set(chunks.map(({ id, created }) => `${id} ${created}`)).size).toBe(1);
  });

  it('reaches the engine as a bare prompt with the defaults of text completions', async () => {
    const engine = scriptedEngine(answer('x'));
    server = await startTestServer(engine);

    await complete({ ...plain, top_k: 5, stop: '.', seed: 3, logprobs: 2 });
    await complete({ model: 'test/model', prompt: [1, 2, 3] });

    expect(engine.requests[0]).toMatchObject({
      prompt: 'Once',
      messages: [],
      temperature: 1,
      top_p: 1,
      max_tokens: 16,
      top_k: 5,
      stop: ['.'],
      seed: 3,
      logprobs: true,
      top_logprobs: 2,
    });
    expect(engine.requests[1]).toMatchObject({ prompt: [1, 2, 3], logprobs: false });
  });

  it.each<[string, object, EngineRequest['prompt'][]]>([
    ['texts', { prompt: ['a', 'b'] }, ['a', 'b']],
    ['one list of ids', { prompt: [1, 2] }, [[1, 2]]],
    ['lists of ids', { prompt: [[1], [2, 3]] }, [[1], [2, 3]]],
  ])('takes %s', async (_, fields, prompts) => {
    const engine = scriptedEngine(answer('x'));
    server = await startTestServer(engine);

    const { choices } = await completionOf({ ...plain, ...fields });

    expect(engine.requests.map(({ prompt }) => prompt)).toEqual(prompts);
    expect(choices).toHaveLength(prompts.length);
  });

  it('numbers the choices of several prompts prompt by prompt and adds their usage', async () => {
    server = await startTestServer(repeating());
    const body = { ...plain, prompt: ['a', 'b', 'c'], n: 2 };
    const expected = ['0:a', '1:a', '0:b', '1:b', '0:c', '1:c'];

    const whole = await completionOf(body);
    const chunks = await chunksOf({ ...body, stream_options: { include_usage: true } });

    expect(whole.choices.map(({ text }) => text)).toEqual(expected);
    expect(whole.choices.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(whole.usage).toEqual({ prompt_tokens: 9, completion_tokens: 6, total_tokens: 15 });
    const texts = expected.map((_, index) =>
      chunks.flatMap(({ choices }) => choices.filter((choice) => choice.index === index).map(({ text }) => text)),
    );
    expect(texts.map((each) => each.join(''))).toEqual(expected);
    expect(new Set(chunks.map(({ id }) => id)).size).toBe(1);
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: whole.usage });
    expect(chunks.slice(0, -1).every(({ usage }) => usage === null)).toBe(true);
  });

  it('is logged and counted with the tokens of all its prompts', async () => {
    server = await startTestServer(repeating());

    await complete({ ...plain, prompt: ['a', 'b'] });

    await expect
      .poll(() => server.logLines().at(-1))
      .toMatchObject({
        route: '/v1/completions',
        model: 'test/model',
        promptTokens: 6,
        completionTokens: 2,
        finishReason: 'stop',
        ttftMs: expect.any(Number),
      });
    const metrics = await (await server.fetch('/v1/metrics')).text();
    expect(metrics).toContain('manifold_requests_total{route="/v1/completions",model="test/model",status="200"} 1');
    expect(metrics).toContain('manifold_prompt_tokens_total{model="test/model"} 6');
    expect(metrics).toContain('manifold_requests_running{model="test/model"} 0');
  });

  it('names what was ignored and what was done in another way', async () => {
    server = await startTestServer(scriptedEngine(answer('x'), { emulated: ['min_p'] }));

    const { headers } = await complete({ ...plain, prompt: ['a', 'b'], made_up: 1 });

    expect(headers.get('x-manifold-ignored')).toBe('made_up');
    expect(headers.get('x-manifold-emulated')).toBe('min_p');
  });

  it('names options of a stream that have no effect', async () => {
    server = await startTestServer(scriptedEngine(answer('x')));

    const options = { include_usage: true, continuous_usage_stats: true };
    const { headers } = await complete({ ...plain, stream: true, stream_options: options });

    expect(headers.get('x-manifold-ignored')).toBe('stream_options.continuous_usage_stats');
  });
});

describe('echo', () => {
  it.each([false, true])('puts the prompt before each choice, once (stream: %s)', async (stream) => {
    server = await startTestServer(repeating());
    const body = { ...plain, prompt: ['a', 'b'], n: 2, echo: true };

    const choices = stream
      ? (await chunksOf(body)).flatMap((chunk) => chunk.choices)
      : (await completionOf(body)).choices;

    const texts = [0, 1, 2, 3].map((index) =>
      choices
        .filter((choice) => choice.index === index)
        .map(({ text }) => text)
        .join(''),
    );
    expect(texts).toEqual(['a0:a', 'a1:a', 'b0:b', 'b1:b']);
  });

  it('is all there is with max_tokens 0', async () => {
    const engine = scriptedEngine([role(), finish('length'), usageOf(4, 0)]);
    server = await startTestServer(engine);

    const { choices } = await completionOf({ ...plain, echo: true, max_tokens: 0 });

    expect(engine.requests[0]?.max_tokens).toBe(0);
    expect(choices).toEqual([{ index: 0, text: 'Once', logprobs: null, finish_reason: 'length', stop_reason: null }]);
  });

  it('asks the engine for the text of ids', async () => {
    const engine = scriptedEngine(answer('!'));
    server = await startTestServer({ ...engine, detokenize: async (tokens) => `<${tokens.join(',')}>` });

    expect((await completionOf({ ...plain, prompt: [7, 8], echo: true })).choices[0]?.text).toBe('<7,8>!');
  });
});

describe('log probabilities in the older shape', () => {
  const entry = (token: string, logprob: number, top: [string, number][] = []): TokenLogprob => ({
    token,
    logprob,
    bytes: [...Buffer.from(token)],
    top_logprobs: top.map(([text, value]) => ({ token: text, logprob: value, bytes: [...Buffer.from(text)] })),
  });
  const pieceWith = (content: string, ...entries: TokenLogprob[]) =>
    piece(content, 0, { content: entries, refusal: null });

  it('has a place in each list for each token, streamed and plain', async () => {
    server = await startTestServer(
      scriptedEngine([
        pieceWith('🎉 a', entry('🎉', -0.5, [['b', -0.1]]), entry(' a', -0.25, [[' a', -0.25]])),
        pieceWith('b', entry('b', -1)),
        finish(),
        usageOf(1, 3),
      ]),
    );
    const expected = {
      tokens: ['🎉', ' a', 'b'],
      token_logprobs: [-0.5, -0.25, -1],
      top_logprobs: [{ b: -0.1, '🎉': -0.5 }, { ' a': -0.25 }, { b: -1 }],
      text_offset: [0, 1, 3],
    };

    const { choices } = await completionOf({ ...plain, logprobs: 1 });
    const chunks = await chunksOf({ ...plain, logprobs: 1 });

    expect(choices[0]?.logprobs).toEqual(expected);
    const streamed = chunks.flatMap((chunk) => chunk.choices.map(({ logprobs }) => logprobs));
    expect(streamed.flatMap((lists) => lists?.tokens ?? [])).toEqual(expected.tokens);
    expect(streamed.flatMap((lists) => lists?.text_offset ?? [])).toEqual(expected.text_offset);
  });
});

describe('a failure', () => {
  const refusing = (bad: string, param = 'prompt') =>
    scriptedEngine((_, { prompt }) =>
      prompt === bad
        ? new ManifoldError('context_length_exceeded', `\`${param}\` is too long.`, { param })
        : [piece('x'), 'stall'],
    );

  it.each([false, true])('of one prompt fails all with its status and stops them (stream: %s)', async (stream) => {
    const engine = refusing('long');
    server = await startTestServer(engine);

    const response = await complete({ ...plain, prompt: ['a', 'long', 'c'], stream });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({
      error: { code: 'context_length_exceeded', param: 'prompt[1]', message: '`prompt[1]` is too long.' },
    });
    await expect.poll(() => engine.open()).toBe(0);
  });

  it('names a single prompt as it was sent', async () => {
    server = await startTestServer(refusing('long', 'prompt[3]'));

    const response = await complete({ ...plain, prompt: 'long' });

    expect(await response.json()).toMatchObject({ error: { param: 'prompt[3]' } });
  });

  it('after the beginning is an event, without [DONE], and stops the others', async () => {
    const engine = scriptedEngine((_, { prompt }) =>
      prompt === 'bad'
        ? [piece('x'), { pauseMs: 50 }, new ManifoldError('engine_error', 'Broken.')]
        : [piece('y'), 'stall'],
    );
    server = await startTestServer(engine);

    const response = await complete({ ...plain, prompt: ['good', 'bad'], stream: true });
    const text = await response.text();

    expect(response.status).toBe(200);
    expect(text).toContain('"code":"engine_error"');
    expect(text).not.toContain('[DONE]');
    await expect.poll(() => engine.open()).toBe(0);
    await expect.poll(() => server.logLines().at(-1)).toMatchObject({ errorCode: 'engine_error' });
  });
});

describe('a client that leaves', () => {
  it.each([false, true])('stops all prompts (stream: %s)', async (stream) => {
    const engine = scriptedEngine([piece('x'), 'stall']);
    server = await startTestServer(engine);
    const body = JSON.stringify({ ...plain, prompt: ['a', 'b', 'c'], stream });
    const socket = connect(server.port, '127.0.0.1');
    socket.write(
      [
        'POST /v1/completions HTTP/1.1',
        'host: x',
        `authorization: Bearer ${server.key}`,
        'content-type: application/json',
        `content-length: ${Buffer.byteLength(body)}`,
        '',
        body,
      ].join('\r\n'),
    );
    await expect.poll(() => engine.open()).toBe(3);

    socket.end();

    await expect.poll(() => engine.aborts(), { interval: 5 }).toBe(3);
    await expect.poll(() => engine.open()).toBe(0);
    await expect.poll(() => server.logLines().at(-1)).toMatchObject({ status: 499, completionTokens: 3 });
  });
});

describe('a text completion that is wrong names the field', () => {
  const many = Array.from({ length: 129 }, () => 'x');
  it.each<[string, object, string, string]>([
    ['no prompt', { prompt: undefined }, 'missing_required_parameter', 'prompt'],
    ['no model', { model: undefined }, 'missing_required_parameter', 'model'],
    ['an unknown model', { model: 'other' }, 'model_not_found', 'model'],
    ['a prompt of another type', { prompt: 5 }, 'invalid_type', 'prompt'],
    ['an object as prompt', { prompt: { text: 'x' } }, 'invalid_type', 'prompt'],
    ['no prompts', { prompt: [] }, 'invalid_value', 'prompt'],
    ['too many prompts', { prompt: many }, 'invalid_value', 'prompt'],
    ['too many choices', { prompt: ['a', 'b'], n: 65 }, 'invalid_value', 'prompt'],
    ['more choices than the server gives', { n: 33 }, 'invalid_value', 'n'],
    ['a text among ids', { prompt: [1, 'x'] }, 'invalid_type', 'prompt[1]'],
    ['an id among texts', { prompt: ['x', 1] }, 'invalid_type', 'prompt[1]'],
    ['a fraction as id', { prompt: [1, 1.5] }, 'invalid_type', 'prompt[1]'],
    ['a negative id in a list', { prompt: [[1], [2, -1]] }, 'invalid_type', 'prompt[1][1]'],
    ['max_tokens 0 without echo', { max_tokens: 0 }, 'invalid_value', 'max_tokens'],
    ['max_tokens below 0', { max_tokens: -1 }, 'invalid_value', 'max_tokens'],
    ['logprobs as in a chat', { logprobs: true }, 'invalid_type', 'logprobs'],
    ['too many logprobs', { logprobs: 21 }, 'invalid_value', 'logprobs'],
    ['named tokens without logprobs', { logprob_token_ids: [1] }, 'invalid_value', 'logprob_token_ids'],
    ['a thinking budget', { thinking_token_budget: 5 }, 'unsupported_parameter', 'thinking_token_budget'],
    [
      'a thinking budget in nvext',
      { nvext: { max_thinking_tokens: 5 } },
      'unsupported_parameter',
      'nvext.max_thinking_tokens',
    ],
    ['two formats', { guided_regex: 'a', guided_choice: ['b'] }, 'invalid_value', 'guided_choice'],
    ['a cut to nothing', { truncate_prompt_tokens: 0 }, 'invalid_value', 'truncate_prompt_tokens'],
    ['echo of ids where the engine has no texts', { prompt: [1], echo: true }, 'unsupported_parameter', 'model'],
    ['keep_alive that is no time', { keep_alive: '' }, 'invalid_value', 'keep_alive'],
    ['a suffix', { suffix: 'end' }, 'unsupported_parameter', 'suffix'],
    ['best_of', { best_of: 2 }, 'unsupported_parameter', 'best_of'],
    ['embeddings as prompt', { prompt_embeds: 'x' }, 'unsupported_parameter', 'prompt_embeds'],
    ['no special tokens', { add_special_tokens: false }, 'unsupported_parameter', 'add_special_tokens'],
    ['messages', { messages: [{ role: 'user', content: 'x' }] }, 'unsupported_parameter', 'messages'],
    ['tools', { tools: [{ type: 'function', function: { name: 'f' } }] }, 'unsupported_parameter', 'tools'],
    ['a limit of the chat', { max_completion_tokens: 5 }, 'unsupported_parameter', 'max_completion_tokens'],
    ['beam search', { use_beam_search: true }, 'unsupported_parameter', 'use_beam_search'],
    ['stream_options alone', { stream_options: { include_usage: true } }, 'invalid_value', 'stream_options'],
    ['a temperature out of range', { temperature: 3 }, 'invalid_value', 'temperature'],
  ])('%s', async (_, fields, code, param) => {
    const engine = scriptedEngine(answer('x'));
    server = await startTestServer(engine);

    const response = await complete({ ...plain, ...fields });

    expect(await response.json()).toMatchObject({ error: { code, param } });
    expect(response.status).toBe(code === 'model_not_found' ? 404 : 400);
    expect(engine.requests).toEqual([]);
  });

  it.each<[string, object]>([
    ['null in optional fields', { suffix: null, best_of: null, echo: null, max_tokens: null, logprobs: null }],
    ['what asks for nothing', { best_of: 1, suffix: '', add_special_tokens: true, tools: [], top_logprobs: null }],
    ['a default of the chat', { parallel_tool_calls: true }],
  ])('but takes %s', async (_, fields) => {
    server = await startTestServer(scriptedEngine(answer('x')));

    const response = await complete({ ...plain, ...fields });

    expect(response.status).toBe(200);
    expect(response.headers.has('x-manifold-ignored')).toBe(false);
  });
});

describe('the route', () => {
  it.each(['/v1/completions', '/v1/completions/render', '/v1/chat/completions/render', '/tokenize', '/v1/detokenize'])(
    '%s takes POST with a key and nothing else',
    async (path) => {
      server = await startTestServer(scriptedEngine(answer('x')));

      const wrongMethod = await server.fetch(path);
      const noKey = await fetch(server.url + path, { method: 'POST', body: '{}' });
      const preflight = await rawExchange(
        server.port,
        `OPTIONS ${path} HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n`,
      );

      expect(wrongMethod.status).toBe(405);
      expect(wrongMethod.headers.get('allow')).toBe('POST, OPTIONS');
      expect(noKey.status).toBe(401);
      expect(preflight).toMatch(/^HTTP\/1.1 204/);
    },
  );
});
