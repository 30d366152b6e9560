import { afterEach, describe, expect, it } from 'vitest';
import { chunksOf, completionOf } from '../support/checked-answer.ts';
import { finish, piece, role, scriptedEngine, thought, usageOf } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

const plain = { model: 'test/model', messages: [userMessage] };
const streamed = { ...plain, stream: true, stream_options: { include_usage: true } };
const usage = { ...usageOf(7, 5).usage, completion_tokens_details: { reasoning_tokens: 3 } };
const script = [
  role(),
  thought('Let me '),
  thought('think.'),
  piece('Yes.'),
  finish(),
  { ...usageOf(7, 5), usage } as ReturnType<typeof usageOf>,
];

describe('reasoning in an answer', () => {
  it('stands under both of its names, plain and streamed', async () => {
    server = await startTestServer(scriptedEngine(script));
    const { choices } = await completionOf(await server.chat(plain));
    const chunks = await chunksOf(await server.chat(streamed));
    const joined = (name: 'reasoning' | 'reasoning_content') =>
      chunks.map((chunk) => chunk.choices[0]?.delta[name] ?? '').join('');

    expect(choices[0]?.message).toMatchObject({ reasoning_content: 'Let me think.', reasoning: 'Let me think.' });
    expect([joined('reasoning_content'), joined('reasoning')]).toEqual(['Let me think.', 'Let me think.']);
  });

  it('is counted in usage', async () => {
    server = await startTestServer(scriptedEngine(script));

    expect((await completionOf(await server.chat(plain))).usage).toEqual(usage);
    expect((await chunksOf(await server.chat(streamed))).at(-1)?.usage).toEqual(usage);
  });

  it('is left out where it is not wanted, and counted all the same', async () => {
    server = await startTestServer(scriptedEngine(script));
    const completion = await completionOf(await server.chat({ ...plain, include_reasoning: false }));
    const chunks = await chunksOf(await server.chat({ ...streamed, include_reasoning: false }));

    expect(completion.choices[0]?.message).toEqual({ role: 'assistant', content: 'Yes.', refusal: null });
    expect(chunks.flatMap(({ choices }) => choices.map(({ delta }) => delta))).toEqual([
      { role: 'assistant' },
      { content: 'Yes.' },
      {},
    ]);
    expect([completion.usage, chunks.at(-1)?.usage]).toEqual([usage, usage]);
  });

  it('is left out with the log probabilities that would spell it', async () => {
    const logprobs = (token: string) => ({
      content: [{ token, logprob: -1, bytes: [...Buffer.from(token)], top_logprobs: [] }],
      refusal: null,
    });
    const withLogprobs = script.map((chunk) => ({
      ...chunk,
      choices: chunk.choices.map((choice) => ({
        ...choice,
        logprobs: logprobs(choice.delta.reasoning_content ?? choice.delta.content ?? ''),
      })),
    }));
    server = await startTestServer(scriptedEngine(withLogprobs));
    const { choices } = await completionOf(await server.chat({ ...plain, logprobs: true, include_reasoning: false }));

    expect(JSON.stringify(choices)).not.toContain('think');
    expect(choices[0]?.logprobs?.content?.map(({ token }) => token)).toContain('Yes.');
  });
});

describe('of reasoning that is left out', () => {
  const asked = { include_reasoning: false };
  /** The script, with something in each piece of the answer. */
  const each = (chunks: typeof script, fieldsAt: (at: number) => object) =>
    chunks.map((chunk, at) => ({
      ...chunk,
      choices: chunk.choices.map((choice) => ({ ...choice, ...fieldsAt(at) })),
    }));

  it('token ids are told, with the chunk that follows', async () => {
    server = await startTestServer(scriptedEngine(each(script, (at) => ({ token_ids: [at] }))));
    const ids = { ...asked, return_token_ids: true };
    const completion = await completionOf(await server.chat({ ...plain, ...ids }));
    const chunks = await chunksOf(await server.chat({ ...streamed, ...ids }));

    expect(completion.choices[0]?.token_ids).toEqual([0, 1, 2, 3, 4]);
    expect(chunks.flatMap(({ choices }) => choices.map((choice) => choice.token_ids))).toEqual([[0], [1, 2, 3], [4]]);
  });

  it('log probabilities are an empty list, where the answer has none', async () => {
    const logprobs = { content: [{ token: 'Hm', logprob: -1, bytes: null, top_logprobs: [] }], refusal: null };
    const cut = [role(), thought('Hm'), finish('length'), usageOf(7, 1)];
    server = await startTestServer(scriptedEngine(each(cut, (at) => (at === 1 ? { logprobs } : {}))));
    const { choices } = await completionOf(await server.chat({ ...plain, ...asked, logprobs: true }));

    expect(choices[0]?.logprobs).toEqual({ content: [], refusal: null });
  });
});

describe('reasoning in history', () => {
  const turn = (fields: object) => ({ role: 'assistant', content: 'Yes.', ...fields });
  const given = (fields: object) => ({ ...plain, messages: [userMessage, turn(fields), userMessage] });

  it.each([
    ['reasoning_content', { reasoning_content: 'Hm.' }],
    ['reasoning', { reasoning: 'Hm.' }],
    ['both, as an answer has them', { reasoning: 'Hm.', reasoning_content: 'Hm.' }],
    ['one of them null', { reasoning: null, reasoning_content: 'Hm.' }],
  ])('reaches the engine under one name, sent as %s', async (_, fields) => {
    const engine = scriptedEngine(script);
    server = await startTestServer(engine);
    await server.chat(given(fields));

    expect(engine.requests[0]?.messages[1]).toEqual(turn({ reasoning_content: 'Hm.' }));
  });

  it('has to be the same under both', async () => {
    server = await startTestServer(scriptedEngine(script));
    const response = await server.chat(given({ reasoning: 'Hm.', reasoning_content: 'Well.' }));

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code: 'invalid_value', param: 'messages[1].reasoning' } });
  });
});

describe('a thinking budget', () => {
  it.each([
    ['thinking_token_budget', { thinking_token_budget: 9 }],
    ['max_thinking_tokens', { max_thinking_tokens: 9 }],
    ['reasoning_budget', { reasoning_budget: 9 }],
    ['nvext.max_thinking_tokens', { nvext: { max_thinking_tokens: 9 } }],
  ])('reaches the engine with the name it had: %s', async (param, fields) => {
    const engine = scriptedEngine(script);
    server = await startTestServer(engine);
    await server.chat({ ...plain, ...fields });

    expect(engine.requests[0]?.thinking_budget).toEqual({ tokens: 9, param });
  });

  it('of -1 is none', async () => {
    const engine = scriptedEngine(script);
    server = await startTestServer(engine);
    await server.chat({ ...plain, reasoning_budget: -1 });

    expect(engine.requests[0]).toMatchObject({ model: 'test/model' });
    expect(engine.requests[0]?.thinking_budget).toBeUndefined();
  });
});

describe('a wrong wish about reasoning names the field', () => {
  const nested = (depth: number): unknown => (depth === 0 ? 1 : [nested(depth - 1)]);
  it.each([
    ['an unknown effort', { reasoning_effort: 'huge' }, 'invalid_value', 'reasoning_effort'],
    ['an effort as a number', { reasoning_effort: 3 }, 'invalid_value', 'reasoning_effort'],
    ['a negative budget', { thinking_token_budget: -2 }, 'invalid_value', 'thinking_token_budget'],
    ['a budget in halves', { thinking_token_budget: 1.5 }, 'invalid_type', 'thinking_token_budget'],
    ['a budget as text', { nvext: { max_thinking_tokens: '9' } }, 'invalid_type', 'nvext.max_thinking_tokens'],
    [
      'two budgets',
      { thinking_token_budget: 9, nvext: { max_thinking_tokens: 8 } },
      'invalid_value',
      'thinking_token_budget',
    ],
    ['a least budget', { min_thinking_tokens: 9 }, 'unsupported_parameter', 'min_thinking_tokens'],
    ['include_reasoning as text', { include_reasoning: 'no' }, 'invalid_type', 'include_reasoning'],
    ['variables as a list', { chat_template_kwargs: [1] }, 'invalid_type', 'chat_template_kwargs'],
    ['deep variables', { chat_template_kwargs: { a: nested(9) } }, 'invalid_value', 'chat_template_kwargs'],
    ['large variables', { chat_template_kwargs: { a: 'a'.repeat(70_000) } }, 'invalid_value', 'chat_template_kwargs'],
    [
      'many variables',
      { chat_template_kwargs: Object.fromEntries(Array.from({ length: 65 }, (_, at) => [`v${at}`, 1])) },
      'invalid_value',
      'chat_template_kwargs',
    ],
  ])('%s', async (_, fields, code, param) => {
    server = await startTestServer(scriptedEngine(script));
    const response = await server.chat({ ...plain, ...fields });

    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ error: { code, param } });
  });
});
