import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { modelId, startServerProcess, type ServerProcess } from '../support/server-process.ts';

let server: ServerProcess;
let client: OpenAI;
beforeAll(async () => {
  server = await startServerProcess({ args: ['--context', '256'] });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
});
afterAll(() => server[Symbol.asyncDispose]());

const hello = { model: modelId, messages: [{ role: 'user' as const, content: 'hello' }] };

async function failureOf(call: PromiseLike<unknown>): Promise<InstanceType<typeof OpenAI.APIError>> {
  const failure = await Promise.resolve(call).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (failure instanceof OpenAI.APIError) return failure;
  throw new Error('The call did not fail with an APIError.', { cause: failure });
}

describe('an error as the openai SDK sees it', () => {
  it('is an AuthenticationError for a wrong key', async () => {
    const stranger = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: 'nvapi-wrong', maxRetries: 0 });
    const failure = await failureOf(stranger.chat.completions.create(hello));

    expect(failure).toBeInstanceOf(OpenAI.AuthenticationError);
    expect(failure).toMatchObject({ status: 401, code: 'invalid_api_key', type: 'authentication_error' });
    expect(failure.requestID).toMatch(/^req_/);
  });

  it('is a NotFoundError for an unknown model, also when streaming', async () => {
    const plain = await failureOf(client.chat.completions.create({ ...hello, model: 'no/such' }));
    const streamed = await failureOf(client.chat.completions.create({ ...hello, model: 'no/such', stream: true }));
    const retrieved = await failureOf(client.models.retrieve('no/such'));

    for (const failure of [plain, streamed, retrieved]) {
      expect(failure).toBeInstanceOf(OpenAI.NotFoundError);
      expect(failure).toMatchObject({ status: 404, code: 'model_not_found', param: 'model' });
    }
  });

  const refused: readonly (readonly [string, object, { param: string; code: string }])[] = [
    ['max_tokens of zero', { max_tokens: 0 }, { param: 'max_tokens', code: 'invalid_value' }],
    ['a logit_bias that is no token', { logit_bias: { foo: 0 } }, { param: 'logit_bias.foo', code: 'invalid_value' }],
    ['a logit_bias out of range', { logit_bias: { 1: 101 } }, { param: 'logit_bias.1', code: 'invalid_value' }],
    [
      'a token that does not exist',
      { logit_bias: { 999999: 1 } },
      { param: 'logit_bias.999999', code: 'invalid_value' },
    ],
    ['a temperature of three', { temperature: 3 }, { param: 'temperature', code: 'invalid_value' }],
    ['a top_p of two', { top_p: 2 }, { param: 'top_p', code: 'invalid_value' }],
    ['a word for n', { n: 'two' }, { param: 'n', code: 'invalid_type' }],
    ['more choices than are allowed', { n: 33 }, { param: 'n', code: 'invalid_value' }],
    ['no messages', { messages: [] }, { param: 'messages', code: 'invalid_value' }],
    [
      'an unknown role',
      { messages: [{ role: 'robot', content: 'x' }] },
      { param: 'messages[0].role', code: 'invalid_value' },
    ],
    [
      'stream_options without stream',
      { stream_options: { include_usage: true } },
      { param: 'stream_options', code: 'invalid_value' },
    ],
    [
      'a forced call without tools',
      { tools: [], tool_choice: 'required' },
      { param: 'tool_choice', code: 'invalid_value' },
    ],
    [
      'an image',
      { messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'data:,' } }] }] },
      { param: 'messages[0].content[0]', code: 'unsupported_content' },
    ],
    ['guided_json', { guided_json: '[]' }, { param: 'guided_json', code: 'invalid_value' }],
  ];

  it.each(refused)('is a BadRequestError naming the field for %s', async (_, fields, expected) => {
    const failure = await failureOf(client.chat.completions.create({ ...hello, ...fields }));

    expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
    expect(failure).toMatchObject({ status: 400, type: 'invalid_request_error', ...expected });
  });

  it.each([false, true])(
    'is context_length_exceeded with both counts for a prompt that is too long (stream: %s)',
    async (stream) => {
      const messages = [{ role: 'user' as const, content: 'word '.repeat(100) }];
      const failure = await failureOf(client.chat.completions.create({ ...hello, messages, stream }));

      expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
      expect(failure).toMatchObject({ code: 'context_length_exceeded', param: 'messages' });
      expect(failure.message).toMatch(/256 tokens .* 5\d\d/);
    },
  );

  it('leaves nothing running or waiting', async () => {
    expect(await server.metric('manifold_requests_running')).toBe(0);
    expect(await server.metric('manifold_requests_waiting')).toBe(0);
  });
});
