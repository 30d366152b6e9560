import { describe, expect, it } from 'vitest';
import type { UpstreamKind } from '../../src/api/internal/upstream-kinds.ts';
import { ended, event, said, usage } from '../support/ask-through.ts';
import { startScriptedUpstream, type Asked, type Reply } from '../support/scripted-upstream.ts';
import { startInFrontOf } from '../support/upstream-server.ts';

const base = { model: 'test/model', messages: [{ role: 'user', content: 'Hello' }] };
const answer: Reply = { events: [said, { ...ended, usage }] };
const refusal = (param: string, code: string, message: string): Reply => ({
  status: 400,
  text: JSON.stringify({ error: { message, type: 'invalid_request_error', param, code } }),
});

/** As OpenAI's reasoning models refuse what they do not take, one field at a time. */
function reasoningModel({ body }: Asked): Reply {
  if ('max_tokens' in body) {
    const message =
      "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.";
    return refusal('max_tokens', 'unsupported_parameter', message);
  }
  if ('temperature' in body && body['temperature'] !== 1) {
    const message = "Unsupported value: 'temperature' does not support 0.2 with this model.";
    return refusal('temperature', 'unsupported_value', message);
  }
  if ('top_p' in body)
    return refusal('top_p', 'unsupported_parameter', "Unsupported parameter: 'top_p' is not supported.");
  return answer;
}

async function start(reply: (asked: Asked) => Reply, kind: UpstreamKind = 'openai') {
  const upstream = await startScriptedUpstream((asked) =>
    asked.path.startsWith('GET') ? { text: '{"data":[]}' } : reply(asked),
  );
  const server = await startInFrontOf(kind, upstream.url);
  return {
    upstream,
    chat: async (fields: object = {}) => {
      const response = await server.chat({ ...base, ...fields });
      return { response, body: (await response.json()) as object };
    },
    [Symbol.asyncDispose]: async () => {
      await server[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

describe('in front of OpenAI’s reasoning models', () => {
  it('a request is worded again as the refusals say, and the next ones are worded so at once', async () => {
    await using server = await start(reasoningModel);
    const { response, body } = await server.chat({ max_tokens: 20 });

    expect([response.status, body]).toEqual([
      200,
      expect.objectContaining({ choices: [expect.objectContaining({ finish_reason: 'stop' })] }),
    ]);
    expect(server.upstream.posts()).toHaveLength(4);
    expect(server.upstream.posts().at(-1)?.body).toEqual({
      model: 'served-name',
      messages: base.messages,
      max_completion_tokens: 20,
      stream: true,
      stream_options: { include_usage: true },
    });
    expect(response.headers.get('x-manifold-emulated')?.split(/, ?/).toSorted()).toEqual(['temperature', 'top_p']);

    await server.chat();
    expect(server.upstream.posts()).toHaveLength(5);
  });

  it('what asks for no sampling is honoured, and what asks for another is refused', async () => {
    await using server = await start(reasoningModel);
    const plain = await server.chat({ temperature: 1, top_p: 1 });
    const asked = await server.chat({ temperature: 0.5, top_p: 1 });

    expect([plain.response.status, plain.response.headers.get('x-manifold-emulated')]).toEqual([200, null]);
    expect(asked.response.status).toBe(400);
    expect(asked.body).toMatchObject({ error: { code: 'unsupported_parameter', param: 'temperature' } });
  });

  it('what is refused with one effort to reason is taken with another all the same', async () => {
    await using server = await start((asked) =>
      asked.body['reasoning_effort'] === 'high' ? reasoningModel(asked) : answer,
    );
    await server.chat({ reasoning_effort: 'high' });
    const { response } = await server.chat({ temperature: 0.5 });

    expect([response.status, response.headers.get('x-manifold-emulated')]).toEqual([200, null]);
    expect(server.upstream.posts().at(-1)?.body).toMatchObject({ temperature: 0.5, top_p: expect.any(Number) });
  });

  it('requests that run together learn together', async () => {
    await using server = await start(reasoningModel);
    const statuses = await Promise.all([1, 2, 3, 4].map(async () => (await server.chat()).response.status));

    expect(statuses).toEqual([200, 200, 200, 200]);
  });

  it('a limit that the model does not have is named as the client calls it', async () => {
    await using server = await start((asked) =>
      'max_completion_tokens' in asked.body
        ? refusal('max_completion_tokens', 'invalid_value', 'too large')
        : reasoningModel(asked),
    );
    const { response, body } = await server.chat({ max_tokens: 1_000_000 });

    expect(response.status).toBe(400);
    expect(body).toMatchObject({ error: { code: 'invalid_value', param: 'max_tokens' } });
  });
});

it.each<[string, UpstreamKind, Reply]>([
  [
    'a value out of range',
    'openai',
    refusal('temperature', 'decimal_above_max_value', "'temperature' is not supported with this model"),
  ],
  ['a sentence alone', 'openai', { status: 400, text: '{"error":{"message":"Use \'max_completion_tokens\'"}}' }],
  ['a server of another kind', 'vllm', refusal('max_tokens', 'unsupported_parameter', 'no')],
])('nothing is learnt from %s', async (_, kind, reply) => {
  await using server = await start(() => reply, kind);
  const { response } = await server.chat();

  expect([response.status, server.upstream.posts().length]).toEqual([400, 1]);
});

it('an older server is asked as it knows it', async () => {
  await using server = await start(() => ({ events: [event({ content: 'one' }), { ...ended, usage }] }));
  await server.chat({ max_completion_tokens: 7 });

  expect(server.upstream.posts().map(({ body }) => body)).toMatchObject([{ max_tokens: 7, temperature: 0.2 }]);
});
