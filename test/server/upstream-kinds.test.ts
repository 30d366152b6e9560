import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { upstreamKinds } from '../../src/api/internal/upstream-kinds.ts';
import { parameterSupport } from '../../src/api/parameter-support.ts';
import type { Support } from '../../src/api/support-row.ts';
import type { ChatCompletion } from '../../src/api/chat-completion.ts';
import { supportOf } from '../../src/engines/quirks/support-of.ts';
import { startScriptedUpstream, type ScriptedUpstream } from '../support/scripted-upstream.ts';
import { answerAs } from '../support/upstream-kinds.ts';
import { startInFrontOf } from '../support/upstream-server.ts';

/** Parameters that are Manifold's matter, whatever the server; and those that the requests have anyway. */
const doneHere = new Set([
  'model',
  'messages',
  'stream',
  'stream_options',
  'user',
  'session_id',
  'request_id',
  'include_reasoning',
]);
/** What is said so that a model does not do it by itself. */
const settled: Readonly<Record<string, number>> = {
  min_p: 0,
  repetition_penalty: 1,
  repeat_penalty: 1,
  frequency_penalty: 0,
  presence_penalty: 0,
};
const base = { model: 'test/model', messages: [{ role: 'user', content: 'count' }], max_tokens: 20, seed: 1 };

describe.each(upstreamKinds)('in front of a server of kind %s', (kind) => {
  let upstream: ScriptedUpstream;
  let server: Awaited<ReturnType<typeof startInFrontOf>>;
  beforeAll(async () => {
    upstream = await startScriptedUpstream((asked) => answerAs(kind, asked));
    server = await startInFrontOf(kind, upstream.url);
  });
  afterAll(async () => {
    await server[Symbol.asyncDispose]();
    await upstream[Symbol.asyncDispose]();
  });

  const plain = async (fields: object = {}) => {
    const reply = await server.chat({ ...base, ...fields });
    const text = await reply.text();
    const answer = text.startsWith('{') ? JSON.parse(text) : {};
    return { reply, answer: answer as ChatCompletion & { error?: { param: string; code: string } } };
  };

  it('an answer has its content, its reasoning and the usage that was told', async () => {
    const { answer } = await plain();

    expect(answer).toMatchObject({
      model: 'test/model',
      choices: [
        {
          message: { role: 'assistant', content: 'one two three', reasoning_content: 'hm' },
          finish_reason: 'stop',
        },
      ],
      usage: { prompt_tokens: 5, completion_tokens: 4, total_tokens: 9 },
    });
  });

  it('a stream says the same', async () => {
    const reply = await server.chat({ ...base, stream: true, stream_options: { include_usage: true } });
    const text = await reply.text();
    const chunks = text.split('\n').flatMap((line) => (line.startsWith('data: {') ? [JSON.parse(line.slice(6))] : []));

    expect(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join('')).toBe('one two three');
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { prompt_tokens: 5, completion_tokens: 4 } });
    expect(text.trimEnd().endsWith('data: [DONE]')).toBe(true);
  });

  it('is asked by its own name for the model, with its own key, and is told nothing of the client', async () => {
    await server.chat(base, { headers: { cookie: 'a=b', 'x-llm-d-inference-fairness-id': 'forged' } });

    const asked = upstream.posts().at(-1);
    expect(asked?.body['model']).toBe('served-name');
    expect(asked?.headers['authorization']).toBe('Bearer sk-of-the-upstream');
    expect(asked?.headers['x-request-id']).toMatch(/^req_/);
    expect(asked?.headers).not.toHaveProperty('cookie');
    expect(asked?.headers).not.toHaveProperty('x-llm-d-inference-fairness-id');
    expect(JSON.stringify(asked)).not.toContain(server.key);
  });

  it('several choices have as many answers, and their usage is summed', async () => {
    const { answer } = await plain({ n: 3 });

    expect(answer.choices.map(({ index, message }) => [index, message.content])).toEqual(
      [0, 1, 2].map((index) => [index, 'one two three']),
    );
    expect(answer.usage.completion_tokens).toBe(12);
  });

  it('its models are listed with the length of their context, where it tells that', async () => {
    const reply = await server.fetch('/v1/models/test%2Fmodel');

    expect(await reply.json()).toMatchObject({ id: 'test/model', manifold: { state: 'upstream' } });
  });

  /** A budget of -1, as in the table, is none. */
  const budgets = new Set(['thinking_token_budget', 'max_thinking_tokens', 'reasoning_budget']);
  const rows = Object.entries(parameterSupport).map(([name, { example }]) => ({
    name,
    example: budgets.has(name) ? { [name]: 4 } : example,
  }));
  const of = (support: Support) => rows.filter(({ name }) => supportOf(kind, name) === support);

  const refused = of('refused');
  it.each(refused)('$name is refused by name, and nothing is sent', async ({ example }) => {
    const before = upstream.posts().length;
    const { reply, answer } = await plain(example);

    expect(reply.status).toBe(400);
    // An example may need a second field, which may be refused before it.
    expect(Object.keys(example)).toContain(answer.error?.param?.split('.')[0]);
    expect(upstream.posts()).toHaveLength(before);
  });

  let baseline: unknown;
  it('gets no field that asks for nothing, but for those that settle what its model would do by itself', async () => {
    await plain();
    baseline = upstream.posts().at(-1)?.body;

    expect(Object.keys(baseline as object)).toEqual(
      expect.arrayContaining(['model', 'messages', 'max_tokens', 'temperature', 'top_p', 'seed']),
    );
    const asking = Object.entries(baseline as object).filter(([name, value]) => value !== settled[name]);
    expect(asking.length).toBeLessThan(10);
  });

  it.each(of('honoured'))('$name is honoured', async ({ name, example }) => {
    const { reply, answer } = await plain(example);

    expect(answer.error).toBeUndefined();
    expect(isDeepStrictEqual(upstream.posts().at(-1)?.body, baseline)).toBe(doneHere.has(name));
    expect(reply.headers.get('x-manifold-ignored')).toBeNull();
    expect(reply.headers.get('x-manifold-emulated')?.includes(name) ?? false).toBe(false);
  });

  const emulated = of('emulated');
  it.skipIf(emulated.length === 0).each(emulated)('$name is emulated and named', async ({ name, example }) => {
    const { reply, answer } = await plain(example);

    expect(answer.error).toBeUndefined();
    expect(reply.headers.get('x-manifold-emulated')).toContain(name);
  });
});
