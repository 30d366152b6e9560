import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineKinds, parameterSupport, type ParameterSupport } from '../../src/api/parameter-support.ts';
import type { ChatCompletion } from '../../src/api/chat-completion.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { startScriptedEngine } from '../support/engine.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

/** A live server in front of each kind of engine. */
const servers = new Map<string, TestServer>();
const engines: Engine[] = [];
beforeAll(async () => {
  const engine = await startScriptedEngine();
  const server = await startTestServer(engine);
  servers.set('embedded', server);
  engines.push(engine);
});
afterAll(async () => {
  for (const server of servers.values()) await server.stop();
  for (const engine of engines) await engine.close();
});

const base = { model: 'test/model', messages: [{ role: 'user', content: 'count' }], max_tokens: 20, seed: 1 };

interface Seen {
  readonly text: string;
  readonly answer: ChatCompletion;
  readonly reply: Response;
}

/** What shows that a parameter was honoured, where its example shows it. The model counts from one to six. */
const effects: Readonly<Record<string, (seen: Seen) => void>> = {
  max_tokens: ({ text }) => expect(text).toBe('one two '),
  max_completion_tokens: ({ text }) => expect(text).toBe('one two '),
  n: ({ answer }) => expect(answer.choices).toHaveLength(2),
  stop: ({ text, answer }) => {
    expect(text).toBe('one two ');
    expect(answer.choices[0]?.stop_reason).toBe('three');
  },
  stream: ({ reply }) => expect(reply.headers.get('content-type')).toMatch('text/event-stream'),
  stream_options: ({ text }) => expect(text).toContain('"completion_tokens"'),
  logprobs: ({ answer }) => expect(answer.choices[0]?.logprobs?.content).toHaveLength(7),
  top_logprobs: ({ answer }) => expect(answer.choices[0]?.logprobs?.content?.[0]?.top_logprobs).toHaveLength(2),
  ignore_eos: ({ answer }) => expect(answer.choices[0]?.finish_reason).toBe('length'),
  echo: ({ text }) => expect(text).toMatch(/^one/),
  continue_final_message: ({ text }) => expect(text).not.toMatch(/^one two/),
  include_stop_str_in_output: ({ text }) => expect(text).toBe('one two three'),
  bad_words: ({ text }) => expect(text).not.toMatch(/^one /),
  allowed_token_ids: ({ text }) => expect(text).toMatch(/^[a-d]{2}$/),
  truncate_prompt_tokens: ({ answer }) => expect(answer.usage.prompt_tokens).toBe(4),
  truncation_side: ({ answer }) => expect(answer.usage.prompt_tokens).toBe(4),
  return_token_ids: ({ answer }) => {
    expect(answer.prompt_token_ids).toHaveLength(answer.usage.prompt_tokens);
    expect(answer.choices[0]?.token_ids).toHaveLength(answer.usage.completion_tokens);
  },
  return_tokens_as_token_ids: ({ answer }) =>
    expect(answer.choices[0]?.logprobs?.content?.[0]?.token).toMatch(/^token_id:\d+$/),
  return_prompt_text: ({ answer }) => expect(answer.prompt_text).toMatch(/<\|im_start\|>user\ncount<\|im_end\|>/),
  logprob_token_ids: ({ answer }) => expect(answer.choices[0]?.logprobs?.content?.[0]?.top_logprobs).toHaveLength(3),
  prompt_logprobs: ({ answer }) => expect(answer.prompt_logprobs).toHaveLength(answer.usage.prompt_tokens),
  request_id: ({ answer }) => expect(answer.id).toBe('chatcmpl-mine-1'),
};

async function send(kind: string, fields: object): Promise<Seen & { readonly param: unknown }> {
  const server = servers.get(kind);
  if (!server) throw new Error(`Start a server in front of an engine of kind ${kind} for this test.`);
  const reply = await server.chat({ ...base, ...fields });
  const body = await reply.text();
  if (reply.headers.get('content-type')?.includes('json') !== true) {
    return { text: body, answer: { choices: [] } as unknown as ChatCompletion, reply, param: undefined };
  }
  const answer = JSON.parse(body) as ChatCompletion & { error?: { param: unknown } };
  return { text: answer.choices?.[0]?.message.content ?? '', answer, reply, param: answer.error?.param };
}

describe.each(engineKinds)('with an engine of kind %s', (kind) => {
  const rows: [string, ParameterSupport][] = Object.entries(parameterSupport);
  const of = (support: string) => rows.filter(([, row]) => row.support[kind] === support);

  it.each(of('honoured'))('%s is honoured', async (name, { example, isConditional }) => {
    const seen = await send(kind, example);

    const isRefused = isConditional === true && seen.reply.status === 400;
    expect(seen.param).toBe(isRefused ? name : undefined);
    expect(seen.reply.status).toBe(isRefused ? 400 : 200);
    expect(seen.reply.headers.get('x-manifold-ignored')).toBeNull();
    if (!isRefused) effects[name]?.(seen);
  });

  it.each(of('refused'))('%s is refused by name', async (name, { example }) => {
    const { reply, param } = await send(kind, example);

    expect(reply.status).toBe(400);
    expect(param).toBe(name);
  });

  const emulated = of('emulated');
  it.skipIf(emulated.length === 0).each(emulated)('%s is emulated and named', async (name, { example }) => {
    const seen = await send(kind, example);

    expect(seen.reply.status).toBe(200);
    expect(seen.reply.headers.get('x-manifold-emulated')).toContain(name);
  });

  it('an unknown field is left out and named', async () => {
    const seen = await send(kind, { shoe_size: 42 });

    expect(seen.reply.status).toBe(200);
    expect(seen.reply.headers.get('x-manifold-ignored')).toBe('shoe_size');
  });
});

describe('the effects this test looks for', () => {
  it('are those of parameters that are honoured', () => {
    const isHonoured = (name: string) => Object.values(parameterSupport[name]?.support ?? {}).includes('honoured');

    expect(Object.keys(effects).filter((name) => !isHonoured(name))).toEqual([]);
  });
});
