import { afterEach, describe, expect, it } from 'vitest';
import type { EngineRequest } from '../../src/api/internal/engine-request.ts';
import type { TokenizeCall } from '../../src/api/internal/tokens.ts';
import { detokenizeResponse, renderedRequest, tokenizeResponse } from '../../src/api/tokenize.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { ManifoldError } from '../../src/errors.ts';
import { scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

/** An engine whose tokens are the characters' codes, and what it was asked. */
function countingEngine() {
  const calls: TokenizeCall[] = [];
  const rendered: EngineRequest[] = [];
  const codes = (text: string) => Array.from(text, (character) => character.charCodeAt(0));
  const engine: Engine = {
    ...scriptedEngine([]),
    async tokenize(call) {
      calls.push(call);
      return { tokens: codes(call.text), ...(call.isNamed && { names: Array.from(call.text) }) };
    },
    async detokenize(tokens) {
      const at = tokens.findIndex((token) => token > 255);
      if (at >= 0)
        throw new ManifoldError('invalid_value', `\`tokens[${at}]\` does not exist.`, { param: `tokens[${at}]` });
      return String.fromCharCode(...tokens);
    },
    async render(request) {
      rendered.push(request);
      const text = typeof request.prompt === 'string' ? request.prompt : `chat of ${request.messages.length}`;
      if (text === 'bad') throw new ManifoldError('invalid_value', '`prompt` is bad.', { param: 'prompt' });
      return { text, tokens: codes(text), names: Array.from(text) };
    },
  };
  return { engine, calls, rendered };
}

function post(path: string, body: object): Promise<Response> {
  return server.fetch(path, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

describe.each(['/tokenize', '/v1/tokenize'])('%s', (path) => {
  it('counts and lists the tokens of a text', async () => {
    const { engine, calls } = countingEngine();
    server = await startTestServer(engine);

    const response = await post(path, { model: 'test/model', prompt: 'ab' });
    const body: unknown = await response.json();

    expect(tokenizeResponse.parse(body)).toEqual(body);
    expect(body).toEqual({ count: 2, max_model_len: 4096, tokens: [97, 98], token_strs: null });
    expect(calls).toEqual([{ text: 'ab', addsSpecialTokens: true, isNamed: false }]);
    await expect.poll(() => server.logLines().at(-1)).toMatchObject({ route: path, model: 'test/model', status: 200 });
  });

  it('names them, without special tokens, of the one model that is served', async () => {
    const { engine, calls } = countingEngine();
    server = await startTestServer(engine);

    const response = await post(path, { prompt: 'ab', add_special_tokens: false, return_token_strs: true, odd: 1 });

    expect(await response.json()).toMatchObject({ token_strs: ['a', 'b'] });
    expect(calls).toEqual([{ text: 'ab', addsSpecialTokens: false, isNamed: true }]);
    expect(response.headers.get('x-manifold-ignored')).toBe('odd');
  });
});

describe('/tokenize', () => {
  it('takes messages as a chat does, and counts what the model would read', async () => {
    const { engine, rendered } = countingEngine();
    server = await startTestServer(engine);
    const tools = [{ type: 'function', function: { name: 'f' } }];

    const response = await post('/tokenize', { messages: [userMessage], tools, return_token_strs: true });

    expect(await response.json()).toMatchObject({ count: 'chat of 1'.length, token_strs: Array.from('chat of 1') });
    expect(rendered[0]).toMatchObject({ model: 'test/model', messages: [userMessage], tools, tool_choice: 'auto' });
    expect(response.headers.has('x-manifold-ignored')).toBe(false);
  });

  it.each<[string, object, string, string | null]>([
    ['nothing', {}, 'missing_required_parameter', 'prompt'],
    ['text and messages', { prompt: 'x', messages: [userMessage] }, 'invalid_value', 'prompt'],
    ['several texts', { prompt: ['x'] }, 'invalid_type', 'prompt'],
    ['a text without end', { prompt: 'x'.repeat(2 ** 20 + 1) }, 'invalid_value', 'prompt'],
    ['a wrong switch', { prompt: 'x', return_token_strs: 'yes' }, 'invalid_type', 'return_token_strs'],
    ['a wrong message', { messages: [{ role: 'wizard', content: 'x' }] }, 'invalid_value', 'messages[0].role'],
    ['a template', { messages: [userMessage], chat_template: 'x' }, 'unsupported_parameter', 'chat_template'],
    ['a model that is not served', { model: 'other', prompt: 'x' }, 'model_not_found', 'model'],
  ])('refuses %s', async (_, body, code, param) => {
    server = await startTestServer(countingEngine().engine);

    const response = await post('/tokenize', body);

    expect(await response.json()).toMatchObject({ error: { code, param } });
  });

  it('asks which model when there are several', async () => {
    const { engine } = countingEngine();
    server = await startTestServer(engine, { models: { a: engine, b: engine } });

    for (const [path, body] of [
      ['/tokenize', { prompt: 'x' }],
      ['/tokenize', { messages: [userMessage] }],
      ['/detokenize', { tokens: [1] }],
    ] as const) {
      expect(await (await post(path, body)).json()).toMatchObject({
        error: { code: 'missing_required_parameter', param: 'model' },
      });
    }
  });
});

describe.each(['/detokenize', '/v1/detokenize'])('%s', (path) => {
  it('gives the text of tokens', async () => {
    server = await startTestServer(countingEngine().engine);

    const body: unknown = await (await post(path, { model: 'test/model', tokens: [104, 105] })).json();

    expect(detokenizeResponse.parse(body)).toEqual({ prompt: 'hi' });
  });

  it('names what was ignored', async () => {
    server = await startTestServer(countingEngine().engine);

    const { headers } = await post(path, { tokens: [104], skip_special_tokens: true });

    expect(headers.get('x-manifold-ignored')).toBe('skip_special_tokens');
  });

  it.each<[string, object, string, string]>([
    ['no tokens', {}, 'missing_required_parameter', 'tokens'],
    ['a text', { tokens: 'hi' }, 'invalid_type', 'tokens'],
    ['a text among them', { tokens: [1, 'x'] }, 'invalid_type', 'tokens[1]'],
    ['one that does not exist', { tokens: [1, 2, 256] }, 'invalid_value', 'tokens[2]'],
  ])('refuses %s', async (_, body, code, param) => {
    server = await startTestServer(countingEngine().engine);

    expect(await (await post(path, body)).json()).toMatchObject({ error: { code, param } });
  });
});

describe('rendering', () => {
  it('shows what a chat would let the model read, and how it would be answered', async () => {
    const { engine, rendered } = countingEngine();
    server = await startTestServer(engine);

    const response = await post('/v1/chat/completions/render', {
      model: 'test/model',
      messages: [userMessage],
      top_k: 3,
      stream: true,
      priority: 2,
      odd: 1,
    });
    const body: unknown = await response.json();

    expect(renderedRequest.parse(body)).toEqual(body);
    expect(body).toMatchObject({
      request_id: expect.stringMatching(/^chatcmpl-/),
      model: 'test/model',
      prompt_text: 'chat of 1',
      sampling_params: { temperature: 0.2, top_k: 3, max_tokens: 1024, n: 1 },
      stream: true,
      priority: 2,
    });
    expect(rendered).toHaveLength(1);
    expect(response.headers.get('x-manifold-ignored')).toBe('odd');
  });

  it('shows each prompt of a text completion', async () => {
    server = await startTestServer(countingEngine().engine);

    const good = await post('/v1/completions/render', { model: 'test/model', prompt: ['a', 'bc'] });
    const bad = await post('/v1/completions/render', { model: 'test/model', prompt: ['a', 'bad'] });

    expect(await good.json()).toMatchObject([
      { prompt_text: 'a', token_ids: [97], sampling_params: { temperature: 1, max_tokens: 16 } },
      { prompt_text: 'bc', token_ids: [98, 99] },
    ]);
    expect(await bad.json()).toMatchObject({ error: { param: 'prompt[1]', message: '`prompt[1]` is bad.' } });
  });

  it.each(['/v1/chat/completions/render', '/v1/completions/render', '/tokenize', '/detokenize'])(
    'and tokens are a 400 on %s where the engine knows none',
    async (path) => {
      server = await startTestServer(scriptedEngine([]));
      const body = path.includes('chat')
        ? { messages: [userMessage] }
        : path === '/detokenize'
          ? { tokens: [1] }
          : { prompt: 'x' };

      const response = await post(path, { model: 'test/model', ...body });

      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ error: { code: 'unsupported_parameter', param: 'model' } });
    },
  );
});
