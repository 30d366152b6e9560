import { describe, expect, it } from 'vitest';
import type { ErrorBody } from '../../src/api/error.ts';
import type { UpstreamKind } from '../../src/api/internal/upstream-kinds.ts';
import { startScriptedUpstream, type Reply } from '../support/scripted-upstream.ts';
import { startInFrontOf } from '../support/upstream-server.ts';

const body = { model: 'test/model', messages: [{ role: 'user', content: 'Hello' }], max_tokens: 20 };
const event = (delta: object, finish_reason: string | null = null, more: object = {}) => ({
  id: 'x',
  object: 'chat.completion.chunk',
  choices: [{ index: 0, delta, finish_reason }],
  ...more,
});
const said = event({ content: 'one' });
const ended = event({}, 'stop');
const usage = { prompt_tokens: 3, completion_tokens: 2, total_tokens: 5 };
const json = { 'content-type': 'application/json' };
const problem = { 'content-type': 'application/problem+json' };
const text = { 'content-type': 'text/plain' };

async function ask(reply: Reply, fields: object = {}, kind: UpstreamKind = 'openai') {
  await using upstream = await startScriptedUpstream(({ path }) =>
    path.startsWith('GET') ? { text: '{"data":[]}' } : reply,
  );
  await using server = await startInFrontOf(kind, upstream.url);
  const answer = await server.chat({ ...body, ...fields });
  return { answer, text: await answer.text(), upstream, server };
}

describe('what a server reports instead of an answer', () => {
  const tooLong = "This model's maximum context length is 4096 tokens. However, you requested 9000 tokens";
  const cases: readonly (readonly [string, Reply, number, string, string | null])[] = [
    ['401', { status: 401, text: 'Unauthorized access', headers: text }, 502, 'upstream_auth', null],
    [
      '403 problem',
      { status: 403, text: '{"status":403,"title":"Forbidden","detail":"Authorization failed"}', headers: problem },
      502,
      'upstream_auth',
      null,
    ],
    ['402', { status: 402, text: '{"detail":"Cloud credits expired"}' }, 502, 'upstream_auth', null],
    ['404 plain text', { status: 404, text: '404 page not found', headers: text }, 503, 'model_unavailable', 'model'],
    [
      '404 for the account',
      {
        status: 404,
        text: `{"status":404,"title":"Not Found","detail":"Function 'f': Not found for account 'secret'"}`,
      },
      503,
      'model_unavailable',
      'model',
    ],
    [
      '410',
      {
        status: 410,
        text: `{"title":"Gone","status":410,"detail":"The model 'X' has reached its end of life"}`,
        headers: problem,
      },
      410,
      'model_retired',
      'model',
    ],
    [
      '429 without a wait',
      { status: 429, text: '{"status":429,"title":"Too Many Requests"}', headers: problem },
      429,
      'rate_limit_exceeded',
      null,
    ],
    [
      '503 ResourceExhausted',
      { status: 503, text: 'ResourceExhausted: Worker local total request limit reached (33/32)' },
      503,
      'engine_overloaded',
      null,
    ],
    [
      '500 ResourceExhausted',
      { status: 500, text: '{"error":"ResourceExhausted: All workers are busy"}' },
      503,
      'engine_overloaded',
      null,
    ],
    [
      '529',
      { status: 529, text: '{"message":"Service temporarily overloaded","type":"Overloaded","code":529}' },
      503,
      'engine_overloaded',
      null,
    ],
    [
      '500 in HTML',
      { status: 500, text: '<html>Traceback /usr/lib/python</html>', headers: { 'content-type': 'text/html' } },
      502,
      'upstream_failed',
      null,
    ],
    ['502', { status: 502, text: '' }, 502, 'upstream_failed', null],
    ['504', { status: 504, text: '' }, 504, 'upstream_timeout', null],
    [
      'a redirect',
      { status: 302, text: '', headers: { location: 'http://127.0.0.1:1/' } },
      502,
      'upstream_failed',
      null,
    ],
    [
      'a prompt that is too long',
      { status: 400, text: JSON.stringify({ error: { message: tooLong, code: 400 } }) },
      400,
      'context_length_exceeded',
      'messages',
    ],
    [
      'a prompt that is too long, as llama.cpp has it',
      {
        status: 400,
        text: '{"error":{"code":400,"type":"exceed_context_size_error","message":"the request exceeds the available context size"}}',
      },
      400,
      'context_length_exceeded',
      'messages',
    ],
    [
      'a field in a list of details',
      { status: 422, text: '{"detail":[{"loc":["body","temperature"],"msg":"Input should be less than 1"}]}' },
      400,
      'invalid_value',
      'temperature',
    ],
    ['a fault that names nothing', { status: 400, text: 'no' }, 400, 'bad_request', null],
    [
      'no parser of calls',
      {
        status: 400,
        text: '{"error":{"message":"\\"auto\\" tool choice requires --enable-auto-tool-choice and --tool-call-parser to be set"}}',
      },
      400,
      'unsupported_parameter',
      'tools',
    ],
    [
      'a degraded function',
      { status: 400, text: '{"detail":"DEGRADED function cannot be invoked"}' },
      503,
      'model_unavailable',
      'model',
    ],
    [
      'a page with 200',
      { text: '<html></html>', headers: { 'content-type': 'text/html' } },
      502,
      'upstream_failed',
      null,
    ],
    ['half of a JSON text', { text: '{"choices":[', headers: json }, 500, 'engine_error', null],
    [
      'an error with 200',
      { text: '{"error":{"message":"x","code":429}}', headers: json },
      429,
      'rate_limit_exceeded',
      null,
    ],
    [
      'a compressed answer',
      { events: [said, ended], headers: { 'content-encoding': 'br' } },
      502,
      'upstream_failed',
      null,
    ],
    [
      'an error as the first event',
      { events: [{ error: { message: 'boom', code: 500 } }] },
      502,
      'upstream_failed',
      null,
    ],
    ['an empty stream', { events: [], end: 'nothing' }, 502, 'engine_disconnected', null],
    ['a stream of nothing but its end', { events: [] }, 500, 'engine_error', null],
    ['an event that is not JSON', { events: ['data: {"choices"\n\n'] }, 500, 'engine_error', null],
    [
      'a problem as an event',
      { events: [{ status: 503, title: 'Service Unavailable', detail: 'x' }] },
      503,
      'engine_overloaded',
      null,
    ],
    ['an end that is none', { events: [event({}, 'abort')] }, 500, 'engine_error', null],
  ];
  it.each(cases)('%s', async (_name, reply, status, code, param) => {
    for (const stream of [false, true]) {
      const { answer, text: received } = await ask(reply, { stream });
      const { error } = JSON.parse(received) as ErrorBody;

      expect([answer.status, error.code, error.param]).toEqual([status, code, param]);
      expect(received).not.toMatch(/secret|python|page not found|boom|Worker local|Traceback/);
      if (status === 429) expect(answer.headers.get('retry-after')).toMatch(/^\d+$/);
    }
  });

  it('passes on how long to wait', async () => {
    const { answer } = await ask({ status: 429, text: '', headers: { 'retry-after': '17' } });

    expect(answer.headers.get('retry-after')).toBe('17');
  });

  it('a server that is not there is told as such', async () => {
    await using server = await startInFrontOf('openai', 'http://127.0.0.1:9');
    const answer = await server.chat(body);

    expect(answer.status).toBe(502);
    expect(((await answer.json()) as ErrorBody).error.code).toBe('engine_disconnected');
    const { manifold } = (await (await server.fetch('/v1/models/test%2Fmodel')).json()) as { manifold: object };
    expect(manifold).toMatchObject({ state: 'failed', reason: 'The engine cannot be reached.' });
  });

  it('one that says nothing is given up', async () => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : { events: [], end: 'silence' },
    );
    await using server = await startInFrontOf('openai', upstream.url, { idleTimeoutMs: 1000 });
    const answer = await server.chat(body);

    expect(answer.status).toBe(504);
    expect(((await answer.json()) as ErrorBody).error.code).toBe('upstream_timeout');
  });
});

describe('an answer of another shape', () => {
  const contentOf = (received: string) =>
    JSON.parse(received) as { choices: [{ message: Record<string, unknown>; finish_reason: string }]; usage: object };

  it.each<[string, Reply, object]>([
    ['has no [DONE]', { events: [said, ended], end: 'nothing' }, { content: 'one' }],
    [
      'has neither index nor role',
      { events: [{ choices: [{ delta: { content: 'one' } }] }, { choices: [{ finish_reason: 'stop' }] }] },
      { content: 'one' },
    ],
    ['ends twice', { events: [said, ended, ended, event({ content: '' })] }, { content: 'one' }],
    ['ends as Anthropic does', { events: [said, event({}, 'end_turn')] }, { content: 'one' }],
    [
      'is plain, where a stream was asked for',
      { text: JSON.stringify({ choices: [{ message: { content: 'one' }, finish_reason: 'stop' }] }) },
      { content: 'one' },
    ],
    [
      'thinks in parts of its content',
      {
        events: [
          event({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }),
          event({ content: [{ type: 'text', text: 'one' }] }),
          ended,
        ],
      },
      { content: 'one', reasoning_content: 'hm' },
    ],
    [
      'has comments and other events',
      { events: [': {input_tokens: 3}\n\n', 'event: ping\ndata: {"choices":[]}\n\n', said, ended] },
      { content: 'one' },
    ],
  ])('%s', async (_name, reply, message) => {
    const { text: received } = await ask(reply);

    expect(contentOf(received).choices[0]).toMatchObject({ message, finish_reason: 'stop' });
  });

  it.each<[string, Reply, number, number, boolean]>([
    ['beside the last choice', { events: [said, event({}, 'stop', { usage })] }, 3, 2, false],
    [
      'in every event',
      {
        events: [
          event({ content: 'one' }, null, { usage: { ...usage, completion_tokens: 1 } }),
          event({}, 'stop', { usage }),
        ],
      },
      3,
      2,
      false,
    ],
    [
      'of zeros',
      { events: [said, ended, { choices: [], usage: { prompt_tokens: 0, completion_tokens: 0 } }] },
      0,
      0,
      false,
    ],
    [
      'in the choice',
      { events: [said, { choices: [{ index: 0, delta: {}, finish_reason: 'stop', usage }] }] },
      3,
      2,
      false,
    ],
    [
      'with thoughts counted beside',
      {
        events: [
          said,
          ended,
          {
            choices: [],
            usage: {
              prompt_tokens: 3,
              completion_tokens: 2,
              total_tokens: 15,
              completion_tokens_details: { reasoning_tokens: 10 },
            },
          },
        ],
      },
      3,
      12,
      false,
    ],
    ['that is missing', { events: [said, ended] }, 2, 1, true],
    [
      'that cannot be',
      { events: [said, ended, { choices: [], usage: { prompt_tokens: -1, completion_tokens: 1e18 } }] },
      2,
      1,
      true,
    ],
  ])('usage %s', async (_name, reply, prompt, completion, isEstimated) => {
    const { text: received, server } = await ask(reply);

    expect(contentOf(received).usage).toMatchObject({ prompt_tokens: prompt, completion_tokens: completion });
    await expect
      .poll(() => server.logLines().find(({ msg }) => msg === 'request')?.['estimated'])
      .toBe(isEstimated || undefined);
  });

  const call = (...pieces: object[]) => event({ tool_calls: pieces });
  const tools = [{ type: 'function', function: { name: 'f', parameters: { type: 'object' } } }];
  it.each<[string, Reply, string[]]>([
    [
      'whole, without index and type',
      {
        events: [
          event(
            { content: null, tool_calls: [{ id: 'a', function: { name: 'f', arguments: '{"x":1}' } }] },
            'tool_calls',
          ),
        ],
      },
      ['{"x":1}'],
    ],
    [
      'without an id',
      { events: [call({ index: 0, function: { name: 'f', arguments: '{}' } }), event({}, 'tool_calls')] },
      ['{}'],
    ],
    [
      'with an object for arguments',
      { events: [call({ function: { name: 'f', arguments: { x: 1 } } }), event({}, 'stop')] },
      ['{"x":1}'],
    ],
    [
      'with id and name in every piece',
      {
        events: [
          call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x"' } }),
          call({ index: 0, id: 'a', function: { name: 'f', arguments: ':1}' } }),
          event({}, 'tool_calls'),
        ],
      },
      ['{"x":1}'],
    ],
    [
      'with an empty name in later pieces',
      {
        events: [
          call({ index: 0, id: 'a', function: { name: 'f', arguments: '' } }),
          call({ index: 0, id: '', function: { name: '', arguments: '{}' } }),
          event({}, 'tool_calls'),
        ],
      },
      ['{}'],
    ],
    [
      'counted from 1',
      {
        events: [
          call({ index: 1, id: 'a', function: { name: 'f', arguments: '' } }),
          call({ index: 1, function: { arguments: '{}' } }),
          event({}, 'tool_calls'),
        ],
      },
      ['{}'],
    ],
    [
      'two at the same index',
      {
        events: [
          call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":1}' } }),
          call({ index: 0, id: 'b', function: { name: 'f', arguments: '{"x":2}' } }),
          event({}, 'tool_calls'),
        ],
      },
      ['{"x":1}', '{"x":2}'],
    ],
    [
      'two with one id',
      {
        events: [
          call({ index: 0, id: 'a', function: { name: 'f', arguments: '{}' } }),
          call({ index: 1, id: 'a', function: { name: 'f', arguments: '{}' } }),
          event({}, 'tool_calls'),
        ],
      },
      ['{}', '{}'],
    ],
    [
      'without arguments',
      { events: [call({ index: 0, id: 'a', function: { name: 'f' } }), event({}, 'tool_calls')] },
      ['{}'],
    ],
  ])('calls %s', async (_name, reply, expected) => {
    const { text: received } = await ask(reply, { tools });
    const { message, finish_reason: reason } = contentOf(received).choices[0];
    const calls = message['tool_calls'] as {
      id: string;
      type: string;
      function: { name: string; arguments: string };
    }[];

    expect(reason).toBe('tool_calls');
    expect(calls.map((each) => each.function.arguments)).toEqual(expected);
    expect(calls.every(({ type, id, function: { name } }) => type === 'function' && id !== '' && name === 'f')).toBe(
      true,
    );
    expect(new Set(calls.map(({ id }) => id)).size).toBe(calls.length);
  });

  it('a call that was cut ends in length, whatever the server says', async () => {
    const { text: received } = await ask(
      { events: [call({ index: 0, id: 'a', function: { name: 'f', arguments: '{"x":' } }), event({}, 'tool_calls')] },
      { tools },
    );

    expect(contentOf(received).choices[0].finish_reason).toBe('length');
  });
});

describe('a stream that breaks', () => {
  it.each<[string, Reply]>([
    ['is cut', { events: [said], end: 'cut' }],
    ['ends without an end', { events: [said], end: 'nothing' }],
    ['says [DONE] too early', { events: [said] }],
    ['fails in the middle', { events: [said, { error: { message: 'boom' } }], end: 'nothing' }],
  ])('%s: an error event, no finish reason and no [DONE]', async (_name, reply) => {
    const { answer, text: received } = await ask(reply, { stream: true });

    expect(answer.status).toBe(200);
    expect(received).toContain('"error":{');
    expect(received).not.toContain('[DONE]');
    expect(received).not.toContain('"finish_reason":"');
    expect(received).not.toContain('boom');
  });

  it.each([false, true])('a client that leaves (stream: %s) closes the connection', async (stream) => {
    await using upstream = await startScriptedUpstream(({ path }) =>
      path.startsWith('GET') ? { text: '{"data":[]}' } : { events: [said], end: 'silence' },
    );
    await using server = await startInFrontOf('openai', upstream.url);
    const leaving = new AbortController();
    const answer = server.chat({ ...body, stream }, { signal: leaving.signal }).then((reply) => reply.text());
    await expect.poll(() => upstream.posts().length).toBe(1);
    leaving.abort();

    await expect(answer).rejects.toThrow();
    await expect.poll(() => upstream.left(), { interval: 10, timeout: 1000 }).toBe(1);
  });
});

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

  it('choices made one by one have seeds of their own', async () => {
    const { upstream } = await ask({ events: [said, ended] }, { n: 3, seed: 7 }, 'ollama');

    expect(
      upstream
        .posts()
        .map(({ body: sent }) => sent['seed'])
        .toSorted(),
    ).toEqual([7, 8, 9]);
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
