import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { rawChat, rawExchange } from '../support/raw-exchange.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

const engine = scriptedEngine(answer('ok'));
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(engine);
});
afterAll(() => server.stop());

const valid = { model: 'test/model', messages: [userMessage] };

async function errorOf(
  body: unknown,
): Promise<{ status: number; code: string; param: string | null; message: string }> {
  const response = await server.chat(body);
  const { error, status } = (await response.json()) as {
    error: { code: string; param: string | null; message: string };
    status: number;
  };
  expect(status).toBe(response.status);
  return { status: response.status, ...error };
}

describe('a request that is wrong names the field', () => {
  const tool = { type: 'function', function: { name: 'f' } };
  const called = { name: 'f', arguments: '{}' };
  const nameAt = 'tools[0].function.name';
  const withTools = (offered: object) => ({ ...valid, tools: [{ type: 'function', function: offered }] });
  const message = (extra: object) => ({ model: 'test/model', messages: [extra] });
  it.each<[string, unknown, string, string | null]>([
    ['no messages', { model: 'test/model' }, 'missing_required_parameter', 'messages'],
    ['no model', { messages: [userMessage] }, 'missing_required_parameter', 'model'],
    ['empty messages', { ...valid, messages: [] }, 'invalid_value', 'messages'],
    ['messages as text', { ...valid, messages: 'hi' }, 'invalid_type', 'messages'],
    ['a null message', { ...valid, messages: [userMessage, null] }, 'invalid_type', 'messages[1]'],
    ['an unknown role', message({ role: 'wizard', content: 'x' }), 'invalid_value', 'messages[0].role'],
    ['no role', message({ content: 'x' }), 'missing_required_parameter', 'messages[0].role'],
    ['no content', message({ role: 'user' }), 'missing_required_parameter', 'messages[0].content'],
    ['content as a number', message({ role: 'user', content: 5 }), 'invalid_type', 'messages[0].content'],
    [
      'a part without text',
      message({ role: 'user', content: [{ type: 'text' }] }),
      'missing_required_parameter',
      'messages[0].content[0].text',
    ],
    [
      'an unknown part',
      message({ role: 'user', content: [{ type: 'hologram' }] }),
      'invalid_value',
      'messages[0].content[0].type',
    ],
    [
      'an image',
      message({
        role: 'user',
        content: [
          { type: 'text', text: 'x' },
          { type: 'image_url', image_url: { url: 'x' } },
        ],
      }),
      'unsupported_content',
      'messages[0].content[1]',
    ],
    [
      'a call in history without id',
      message({ role: 'assistant', content: null, tool_calls: [{ type: 'function', function: called }] }),
      'missing_required_parameter',
      'messages[0].tool_calls[0].id',
    ],
    [
      'a result that no call asked for',
      message({ role: 'tool', content: 'x', tool_call_id: 'call_1' }),
      'invalid_value',
      'messages[0].tool_call_id',
    ],
    [
      'a function_call in history',
      message({ role: 'assistant', content: null, function_call: called }),
      'unsupported_parameter',
      'messages[0].function_call',
    ],
    ['temperature too high', { ...valid, temperature: 2.1 }, 'invalid_value', 'temperature'],
    ['temperature as text', { ...valid, temperature: 'hot' }, 'invalid_type', 'temperature'],
    ['max_tokens 0', { ...valid, max_tokens: 0 }, 'invalid_value', 'max_tokens'],
    ['max_tokens 1.5', { ...valid, max_tokens: 1.5 }, 'invalid_type', 'max_tokens'],
    ['stream as text', { ...valid, stream: 'true' }, 'invalid_type', 'stream'],
    ['n above the cap', { ...valid, n: 33 }, 'invalid_value', 'n'],
    [
      'stream_options without stream',
      { ...valid, stream_options: { include_usage: true } },
      'invalid_value',
      'stream_options',
    ],
    ['logit_bias out of range', { ...valid, logit_bias: { 5: 101 } }, 'invalid_value', 'logit_bias.5'],
    ['logit_bias of a word', { ...valid, logit_bias: { foo: 0 } }, 'invalid_value', 'logit_bias.foo'],
    ['stop with a number', { ...valid, stop: [1] }, 'invalid_type', 'stop[0]'],
    ['stop as an object', { ...valid, stop: {} }, 'invalid_type', 'stop'],
    ['too many stops', { ...valid, stop: Array(17).fill('x') }, 'invalid_value', 'stop'],
    ['tools as an object', { ...valid, tools: {} }, 'invalid_type', 'tools'],
    ['a custom tool', { ...valid, tools: [tool, { type: 'custom' }] }, 'invalid_value', 'tools[1].type'],
    ['a tool without name', { ...valid, tools: [{ ...tool, function: {} }] }, 'missing_required_parameter', nameAt],
    ['a tool with a blank in its name', withTools({ name: 'a b' }), 'invalid_value', nameAt],
    ['a tool with a long name', withTools({ name: 'a'.repeat(65) }), 'invalid_value', nameAt],
    ['two tools of one name', { ...valid, tools: [tool, tool] }, 'invalid_value', 'tools[1].function.name'],
    ['a schema as text', withTools({ name: 'f', parameters: 'x' }), 'invalid_type', 'tools[0].function.parameters'],
    [
      'a schema of a string',
      withTools({ name: 'f', parameters: { type: 'string' } }),
      'invalid_value',
      'tools[0].function.parameters',
    ],
    ['a forced call without tools', { ...valid, tool_choice: 'required' }, 'invalid_value', 'tool_choice'],
    ['a forced call of no tools', { ...valid, tools: [], tool_choice: 'required' }, 'invalid_value', 'tool_choice'],
    ['a named call without tools', { ...valid, tool_choice: tool }, 'invalid_value', 'tool_choice'],
    ['an unknown choice', { ...valid, tools: [tool], tool_choice: 'perhaps' }, 'invalid_value', 'tool_choice'],
    [
      'a choice of an unknown kind',
      { ...valid, tools: [tool], tool_choice: { type: 'allowed_tools' } },
      'invalid_value',
      'tool_choice.type',
    ],
    [
      'a named call of another tool',
      { ...valid, tools: [tool], tool_choice: { type: 'function', function: { name: 'g' } } },
      'invalid_value',
      'tool_choice.function.name',
    ],
    ['functions', { ...valid, functions: [{ name: 'f' }] }, 'unsupported_parameter', 'functions'],
    ['function_call', { ...valid, function_call: { name: 'f' } }, 'unsupported_parameter', 'function_call'],
    ['prompt_logprobs 21', { ...valid, prompt_logprobs: 21 }, 'invalid_value', 'prompt_logprobs'],
    ['all of prompt_logprobs', { ...valid, prompt_logprobs: -1 }, 'invalid_value', 'prompt_logprobs'],
    ['a stop token that is none', { ...valid, stop_token_ids: [-1] }, 'invalid_value', 'stop_token_ids[0]'],
    ['an allowed token by name', { ...valid, allowed_token_ids: ['a'] }, 'invalid_type', 'allowed_token_ids[0]'],
    ['a bad word of blanks', { ...valid, bad_words: [' '] }, 'invalid_value', 'bad_words[0]'],
    ['no tokens of the prompt', { ...valid, truncate_prompt_tokens: 0 }, 'invalid_value', 'truncate_prompt_tokens'],
    ['keep_alive that is no time', { ...valid, keep_alive: 'soon' }, 'invalid_value', 'keep_alive'],
    ['keep_alive of endless text', { ...valid, keep_alive: '1'.repeat(65) }, 'invalid_value', 'keep_alive'],
    ['keep_alive as a switch', { ...valid, keep_alive: true }, 'invalid_type', 'keep_alive'],
    ['an empty cache_salt', { ...valid, cache_salt: '' }, 'invalid_value', 'cache_salt'],
    ['a request_id with a line end', { ...valid, request_id: 'a\n' }, 'invalid_value', 'request_id'],
    ['a document that is text', { ...valid, documents: ['x'] }, 'invalid_type', 'documents[0]'],
    ['continuing a user', { ...valid, continue_final_message: true }, 'invalid_value', 'continue_final_message'],
    [
      'continuing beside a generation prompt',
      {
        ...valid,
        messages: [userMessage, { role: 'assistant', content: 'x' }],
        continue_final_message: true,
        add_generation_prompt: true,
      },
      'invalid_value',
      'continue_final_message',
    ],
    ['logprobs as a number', { ...valid, logprobs: 5 }, 'invalid_type', 'logprobs'],
    ['top_logprobs 21', { ...valid, logprobs: true, top_logprobs: 21 }, 'invalid_value', 'top_logprobs'],
    ['top_logprobs -1', { ...valid, logprobs: true, top_logprobs: -1 }, 'invalid_value', 'top_logprobs'],
    ['top_logprobs 1.5', { ...valid, logprobs: true, top_logprobs: 1.5 }, 'invalid_type', 'top_logprobs'],
    ['top_logprobs alone', { ...valid, top_logprobs: 2 }, 'invalid_value', 'top_logprobs'],
    ['top_logprobs beside false', { ...valid, logprobs: false, top_logprobs: 2 }, 'invalid_value', 'top_logprobs'],
    ['logprob_token_ids alone', { ...valid, logprob_token_ids: [1] }, 'invalid_value', 'logprob_token_ids'],
    ['chat_template', { ...valid, chat_template: '{{ x }}' }, 'unsupported_parameter', 'chat_template'],
    ['an unknown model', { ...valid, model: 'test/modle' }, 'model_not_found', 'model'],
  ])('%s', async (_, body, code, param) => {
    const error = await errorOf(body);

    expect(error).toMatchObject({ code, param });
    expect(error.status).toBe(code === 'model_not_found' ? 404 : 400);
  });

  it('suggests the closest model', async () => {
    expect((await errorOf({ ...valid, model: 'modle' })).message).toContain('`test/model`');
  });

  it.each([
    [{ functions: [{ name: 'f' }] }, '`tools`'],
    [{ function_call: { name: 'f' } }, '`tool_choice`'],
    [{ tools: [{ type: 'custom' }] }, '`function`'],
  ])('says what to send instead of %j', async (extra, instead) => {
    expect((await errorOf({ ...valid, ...extra })).message).toContain(instead);
  });

  it.each([
    [{ messages: [{ role: 'wizard', content: 'x' }] }, '"system"|"developer"|"user"|"assistant"|"tool"'],
    [{ messages: [{ role: 'user', content: [{ type: 'hologram' }] }] }, '"text"|"image_url"'],
    [{ messages: [{ role: 'user', content: 5 }] }, 'expected string or array, received number'],
    [{ stop: {} }, 'expected string or array, received object'],
    [{ logit_bias: { the: 1 } }, 'Token ids are decimal numbers'],
    [{ tool_choice: 'f', tools: [tool] }, '{"type": "function", "function": {"name": "…"}}'],
  ])('says what may stand in place of %j', async (extra, accepted) => {
    expect((await errorOf({ ...valid, ...extra })).message).toContain(accepted);
  });

  it('refuses numbers that JSON cannot hold', async () => {
    expect(
      await errorOf('{"model":"test/model","messages":[{"role":"user","content":"x"}],"temperature":1e400}'),
    ).toMatchObject({ status: 400, param: 'temperature' });
  });
});

describe('a body that is not one JSON object', () => {
  const json = JSON.stringify(valid);
  it.each<[string, string | Buffer, string]>([
    ['empty', '', 'invalid_json'],
    ['truncated', json.slice(0, -3), 'invalid_json'],
    ['followed by more', `${json}{}`, 'invalid_json'],
    ['a list', '[]', 'invalid_type'],
    ['a number', '3', 'invalid_type'],
    ['null', 'null', 'invalid_type'],
    ['NaN', '{"temperature":NaN}', 'invalid_json'],
    ['not UTF-8', Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x7d]), 'invalid_json'],
    ['a duplicate key', '{"model":"a","model":"b"}', 'duplicate_key'],
    ['a duplicate key in disguise', '{"model":"a","mod\\u0065l":"b"}', 'duplicate_key'],
    ['nested too deep', `{"a":${'['.repeat(70)}${']'.repeat(70)}}`, 'invalid_json'],
    ['nested absurdly deep', `{"a":${'['.repeat(500_000)}`, 'invalid_json'],
    ['too many values', `{"a":[${'1,'.repeat(300_000)}1]}`, 'invalid_json'],
  ])('is a 400: %s', async (_, body, code) => {
    const response = await server.fetch('/v1/chat/completions', {
      method: 'POST',
      body,
      headers: { 'content-type': 'application/json' },
    });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code } });
  });

  it.each(['/v1/chat/completions', '/detokenize', '/v1/embeddings'])(
    'is a 400 of %s that says none came',
    async (path) => {
      const response = await server.fetch(path, { method: 'POST' });

      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({
        error: { code: 'invalid_json', message: 'The request body is empty. Send a JSON object.' },
      });
    },
  );

  it('is told which key it has twice', async () => {
    const { message, param } = await errorOf('{"model":"a","messages":[{"role":"user","role":"system"}]}');

    expect(param).toBe('role');
    expect(message).toContain('`role`');
  });

  it.each<[Record<string, string>]>([
    [{ 'content-type': 'text/plain' }],
    [{ 'content-type': 'application/xml' }],
    [{ 'content-type': 'application/json', 'content-encoding': 'gzip' }],
  ])('is a 415 with %o', async (headers) => {
    const response = await server.fetch('/v1/chat/completions', { method: 'POST', body: json, headers });

    expect(response.status).toBe(415);
    expect(await response.json()).toMatchObject({ error: { code: 'unsupported_media_type' } });
  });

  it('is a 413 above the limit, decided from its length alone', async () => {
    const head = rawChat(server.key, {}).replace('content-length: 2', `content-length: ${32 * 1024 * 1024 + 1}`);

    const text = await rawExchange(server.port, head, 'request_too_large');

    expect(text).toMatch(/^HTTP\/1\.1 413/);
    expect(text).toContain('33554432 bytes');
  });

  it('is a 413 above the limit, also in chunks of unknown number', async () => {
    const chunk = `100000\r\n${' '.repeat(0x100000)}\r\n`;
    const head = rawChat(server.key, {}).replace('content-length: 2', 'transfer-encoding: chunked').slice(0, -2);

    const text = await rawExchange(server.port, head + chunk.repeat(33), 'request_too_large');

    expect(text).toMatch(/^HTTP\/1\.1 413/);
    expect(text).toContain('33554432 bytes');
  });
});

describe('a request that is right', () => {
  it.each<[string, object]>([
    ['null optionals', { temperature: null, stop: null, tools: null, response_format: null, n: null, stream: null }],
    ['null log probabilities', { logprobs: null, top_logprobs: null }],
    ['no log probabilities', { logprobs: false, top_logprobs: null }],
    [
      'harmless later parameters',
      {
        functions: [],
        function_call: 'auto',
        response_format: { type: 'text' },
        best_of: 1,
      },
    ],
    ['no tools, and leave to use them', { tools: [], tool_choice: 'auto', parallel_tool_calls: false }],
    ['a choice that is null', { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: null }],
    [
      'every sampling field',
      {
        top_k: 40,
        min_p: 0.1,
        repetition_penalty: 1.1,
        min_tokens: 1,
        ignore_eos: true,
        seed: 7,
        user: 'u',
        presence_penalty: 1,
        frequency_penalty: -1,
        logit_bias: { 5: -100 },
        logprobs: true,
        top_logprobs: 20,
      },
    ],
  ])('passes with %s', async (_, extra) => {
    expect((await server.chat({ ...valid, ...extra })).status).toBe(200);
  });

  it.each(['system', 'developer', 'user', 'assistant', 'tool'])('takes text and text parts from %s', async (role) => {
    const called = { id: 'call_1', type: 'function', function: { name: 'f', arguments: '{}' } };
    const before = role === 'tool' ? [{ role: 'assistant', content: null, tool_calls: [called] }] : [];
    const extra = role === 'tool' ? { tool_call_id: 'call_1' } : {};

    for (const content of ['x', [{ type: 'text', text: 'x' }]]) {
      expect((await server.chat({ ...valid, messages: [...before, { role, content, ...extra }] })).status).toBe(200);
    }
  });

  it('gives the engine tools with a choice, or neither', async () => {
    const tools = [{ type: 'function', function: { name: 'f', parameters: null, strict: null } }];
    await server.chat({ ...valid, tools, parallel_tool_calls: false });
    expect(engine.requests.at(-1)).toMatchObject({ tools, tool_choice: 'auto', parallel_tool_calls: false });

    await server.chat({ ...valid, tools: [], tool_choice: 'none' });
    expect(engine.requests.at(-1)?.tools).toBeUndefined();
    expect(engine.requests.at(-1)?.tool_choice).toBeUndefined();
  });

  it('gives the engine the defaults, and max_completion_tokens as max_tokens', async () => {
    await server.chat(valid);
    expect(engine.requests.at(-1)).toMatchObject({ temperature: 0.2, top_p: 0.7, max_tokens: 1024, n: 1, stop: [] });

    await server.chat({ ...valid, max_tokens: 5, max_completion_tokens: 9 });
    expect(engine.requests.at(-1)?.max_tokens).toBe(9);
  });

  it('names unknown fields that were dropped', async () => {
    const response = await server.chat({ ...valid, metadata: { a: 1 }, store: true, 'bad\nname': 1 });

    expect(response.status).toBe(200);
    expect(response.headers.get('x-manifold-ignored')).toBe('metadata, store');
    expect(engine.requests.at(-1)).not.toHaveProperty('metadata');
  });

  it('names options of a stream that have no effect', async () => {
    const asked = { include_usage: true, continuous_usage_stats: true, include_obfuscation: false };
    const response = await server.chat({ ...valid, stream: true, stream_options: asked });

    expect(response.status).toBe(200);
    expect(response.headers.get('x-manifold-ignored')).toBe(
      'stream_options.continuous_usage_stats, stream_options.include_obfuscation',
    );
  });

  it('names what its messages and tools hold without effect, once and wherever it stands', async () => {
    const call = { id: 'c', type: 'function', function: { name: 'f', arguments: '{}', parsed_arguments: {} } };
    const response = await server.chat({
      ...valid,
      messages: [
        { role: 'system', content: 'Be kind.', tool_call_id: 'c', priority: null },
        { role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] },
        { role: 'assistant', content: 'a', tool_calls: [call] },
        { role: 'tool', content: 'b', tool_call_id: 'c' },
        { role: 'user', content: [{ type: 'text', text: 'Hi', cache_control: { type: 'ephemeral' } }] },
      ],
      tools: [{ type: 'function', function: { name: 'f', parameters: { type: 'object', odd: 1 } }, eager: true }],
      response_format: { type: 'text', odd: 1 },
    });

    expect(response.status).toBe(200);
    expect(response.headers.get('x-manifold-ignored')?.split(', ')).toEqual([
      'messages.tool_call_id',
      'messages.content.cache_control',
      'messages.tool_calls.function.parsed_arguments',
      'tools.eager',
      'response_format.odd',
    ]);
  });

  it('may begin with a byte order mark and name a charset', async () => {
    const response = await server.chat(`\ufeff${JSON.stringify(valid)}`, {
      headers: { 'content-type': 'application/json; charset=utf-8' },
    });

    expect(response.status).toBe(200);
  });

  it('may be large: 6 MB are parsed off the event loop', async () => {
    const content = 'a'.repeat(6 * 1024 * 1024);

    expect((await server.chat({ ...valid, messages: [{ role: 'user', content }] })).status).toBe(200);
    expect(engine.requests.at(-1)?.messages[0]?.content).toBe(content);
  });

  it('keeps the error of a large body', async () => {
    const body = `{"model":"a","model":"b","x":"${'a'.repeat(2 * 1024 * 1024)}"}`;

    expect(await errorOf(body)).toMatchObject({ status: 400, code: 'duplicate_key' });
  });

  it('leaves prototypes alone', async () => {
    await server.chat(
      `{"model":"test/model","messages":[{"role":"user","content":"x","__proto__":{"polluted":1}}],"__proto__":{"polluted":1}}`,
    );

    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined();
  });
});
