import { describe, expect, it } from 'vitest';
import type { ErrorBody } from '../../src/api/error.ts';
import type { UpstreamKind } from '../../src/api/internal/upstream-kinds.ts';
import { askThrough as ask, body, ended, event, said } from '../support/ask-through.ts';
import { startScriptedUpstream, type Reply } from '../support/scripted-upstream.ts';
import { startInFrontOf } from '../support/upstream-server.ts';

const json = { 'content-type': 'application/json' };
const problem = { 'content-type': 'application/problem+json' };
const text = { 'content-type': 'text/plain' };

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
    ['405 of a web server', { status: 405, text: '<h1>Not Allowed</h1>' }, 502, 'upstream_failed', null],
    ['421', { status: 421, text: 'Misdirected' }, 502, 'upstream_failed', null],
    [
      '429 without a wait',
      { status: 429, text: '{"status":429,"title":"Too Many Requests"}', headers: problem },
      429,
      'rate_limit_exceeded',
      null,
    ],
    [
      '429 of tokens for a time',
      { status: 429, text: '{"message":"Too many tokens, please wait before trying again."}' },
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
    [
      'a fault that speaks of the model',
      { status: 400, text: '{"error":{"message":"This model cannot do that with temperature 0.2","param":null}}' },
      400,
      'invalid_value',
      'temperature',
    ],
    ['a fault that only speaks of the model', { status: 400, text: 'The model is tired.' }, 400, 'bad_request', null],
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
      'images, as llama.cpp refuses them',
      {
        status: 500,
        text: '{"error":{"code":500,"message":"image input is not supported - hint: if this is unexpected, you may need to provide the mmproj","type":"server_error"}}',
      },
      400,
      'unsupported_content',
      'messages',
    ],
    [
      'images, as Ollama refuses them',
      {
        status: 500,
        text: '{"error":{"message":"this model is missing data required for image input","type":"api_error"}}',
      },
      400,
      'unsupported_content',
      'messages',
    ],
    [
      'images, as vLLM refuses them',
      { status: 400, text: '{"error":{"message":"served-name is not a multimodal model","param":null,"code":400}}' },
      400,
      'unsupported_content',
      'messages',
    ],
    [
      'a task that its model is not for, as vLLM has it',
      { status: 400, text: '{"error":{"message":"The model does not support Chat Completions API","code":400}}' },
      400,
      'unsupported_task',
      'model',
    ],
    [
      'tools without a template for them',
      {
        status: 500,
        text: '{"error":{"code":500,"message":"tools param requires --jinja flag","type":"server_error"}}',
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
      'an error with 200 that has a name',
      { text: '{"error":{"message":"x","type":"tokens","code":"rate_limit_exceeded"}}', headers: json },
      429,
      'rate_limit_exceeded',
      null,
    ],
    [
      'an event that says that a key is refused',
      { events: [{ error: { message: 'x', type: 'invalid_request_error', code: 'invalid_api_key' } }] },
      502,
      'upstream_auth',
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
    ['an event of zeros', { events: ['da\0\0: {}\n\n'] }, 500, 'engine_error', null],
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
      expect(answer.headers.has('retry-after')).toBe(status === 429 || code === 'engine_overloaded');
    }
  });

  it.each(['All workers are busy: why?', 'What is a DEGRADED function?'])(
    'what it repeats of the request is not its own trouble: %s',
    async (content) => {
      const detail = [{ type: 'value_error', loc: ['body', 'stop'], msg: 'bad', input: content }];
      const { answer } = await ask({ status: 422, text: JSON.stringify({ detail }) });

      expect(answer.status).toBe(400);
    },
  );

  it.each([
    ['invalid_api_key', 502, 'upstream_auth'],
    ['model_not_allowed', 502, 'upstream_auth'],
    ['insufficient_quota', 429, 'rate_limit_exceeded'],
    ['context_length_exceeded', 400, 'context_length_exceeded'],
  ])('what another Manifold says of its key in an answer, %s, is not of the client’s', async (told, status, code) => {
    const { answer, text: received } = await ask(
      { events: [said, { error: { message: 'x', code: told } }] },
      {},
      'manifold',
    );

    expect([answer.status, (JSON.parse(received) as ErrorBody).error.code]).toEqual([status, code]);
  });

  it.each([
    [413, 413, 'request_too_large'],
    [502, 502, 'upstream_failed'],
    [504, 504, 'upstream_timeout'],
  ])('what stands before another Manifold and answers %i is told apart from it', async (told, status, code) => {
    const { answer, text: received } = await ask({ status: told, text: '<h1>nginx</h1>' }, {}, 'manifold');

    expect([answer.status, (JSON.parse(received) as ErrorBody).error.code]).toEqual([status, code]);
  });

  it.each<[UpstreamKind, object, string, string]>([
    ['sglang', { guided_regex: 'a+' }, 'Failed to compile regex', 'guided_regex'],
    ['vllm', { response_format: { type: 'json_object' } }, "response_format: can't", 'response_format'],
    ['vllm', { nvext: { guided_choice: ['a'] } }, 'bad structured_outputs', 'nvext.guided_choice'],
    ['llama-server', { repetition_penalty: 1.5 }, 'repeat_penalty is too large', 'repetition_penalty'],
    ['nim', { max_thinking_tokens: 5 }, 'thinking_token_budget: no', 'max_thinking_tokens'],
  ])(
    'of %s that refuses what it calls otherwise is told in the words of the request',
    async (kind, fields, told, param) => {
      const { answer, text: received } = await ask(
        { status: 400, text: JSON.stringify({ message: told }) },
        fields,
        kind,
      );

      expect(answer.status).toBe(400);
      expect((JSON.parse(received) as ErrorBody).error.param).toBe(param);
      expect(received).toContain(`refused \`${param}\``);
    },
  );

  it('a line end is not taken for `n`', async () => {
    const { text: received } = await ask({ status: 400, text: '{"message":"no\\n\\nreally"}' }, { n: 2 });

    expect((JSON.parse(received) as ErrorBody).error.param).toBeNull();
  });

  it('passes on how long to wait', async () => {
    const { answer } = await ask({ status: 429, text: '', headers: { 'retry-after': '17' } });

    expect(answer.headers.get('retry-after')).toBe('17');
  });

  it('does not wait for the end of what a refusal says', async () => {
    const startedAt = performance.now();
    const { answer, text: received } = await ask({
      status: 400,
      text: `{"error":{"message":"${tooLong}`,
      end: 'silence',
    });

    expect([answer.status, (JSON.parse(received) as ErrorBody).error.code]).toEqual([400, 'context_length_exceeded']);
    // Without its second of patience it would wait for minutes.
    expect(performance.now() - startedAt).toBeLessThan(20_000);
  });

  it('a server that is not there is told as such', async () => {
    await using server = await startInFrontOf('openai', 'http://127.0.0.1:9');
    const answer = await server.chat(body);

    expect(answer.status).toBe(503);
    expect(((await answer.json()) as ErrorBody).error.code).toBe('engine_unreachable');
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
    expect(((await answer.json()) as ErrorBody).error.code).toBe('engine_token_timeout');
  });
});
