import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatCompletion } from '../../../src/api/chat-completion.ts';
import { misfit, shortTools } from '../../support/calls.ts';
import { llamaServerProgram } from '../../support/llama-server.ts';
import { createReasoningModels } from '../../support/reasoning-models.ts';
import { startServerProcess, type ServerProcess } from '../../support/server-process.ts';

/** Random models would reason for ever: what ends it is not theirs. */
const files = createReasoningModels();
let server: ServerProcess;
beforeAll(async () => {
  const shape = { kind: 'llama-server', threads: 1, slots: 2, context: 1024 };
  server = await startServerProcess({
    config: {
      llamaServer: llamaServerProgram(),
      models: [
        { ...shape, id: 'always', path: files.write('think tags') },
        { ...shape, id: 'switched', path: files.write('think tags with a switch') },
        { ...shape, id: 'messages', path: files.write('harmony') },
      ],
    },
  });
});
afterAll(async () => {
  await server?.[Symbol.asyncDispose]();
  files.remove();
});

const ask = async (model: string, fields: object) => {
  const response = await server.chat('hello', { model, max_tokens: 60, seed: 5, temperature: 1, ...fields });
  const body = (await response.json()) as ChatCompletion & { error?: object };
  if (body.error) throw new Error(JSON.stringify(body));
  const [choice] = body.choices;
  return { choice, content: choice?.message.content, reasoning: choice?.message.reasoning_content };
};

describe('a model that reasons, run by llama-server', () => {
  it.each(['always', 'switched'])('%s: reasons apart from its answer', async (model) => {
    const { reasoning, content } = await ask(model, {});

    expect(reasoning).toBeTruthy();
    expect(content ?? '').not.toContain(reasoning);
  });

  it('has its budget kept, and answers after it', async () => {
    const short = await ask('switched', { thinking_token_budget: 4 });
    const long = await ask('switched', { thinking_token_budget: 30 });

    expect(short.content).toBeTruthy();
    expect(short.reasoning?.length).toBeLessThan(long.reasoning?.length ?? 0);
  });

  it('does not reason where it is told not to', async () => {
    const { reasoning, content } = await ask('switched', { reasoning_effort: 'none' });

    expect(reasoning ?? '').toBe('');
    expect(content).toBeTruthy();
  });

  it('is held to a schema behind its reasoning', async () => {
    const schema = { type: 'object', properties: { a: { const: 'b' } }, required: ['a'], additionalProperties: false };
    const { reasoning, content } = await ask('switched', {
      thinking_token_budget: 4,
      max_tokens: 200,
      response_format: { type: 'json_schema', json_schema: { name: 'x', strict: true, schema } },
    });

    expect(reasoning).toBeTruthy();
    expect(JSON.parse(content ?? '')).toEqual({ a: 'b' });
  });

  it('makes the call it is asked for behind its reasoning', async () => {
    const { choice, reasoning } = await ask('switched', {
      tools: shortTools,
      tool_choice: { type: 'function', function: { name: 'get_weather' } },
      max_tokens: 400,
      thinking_token_budget: 4,
    });
    const calls = choice?.message.tool_calls?.map(({ id, function: called }) => ({ id, ...called })) ?? [];

    expect(reasoning).toBeTruthy();
    expect(choice?.finish_reason).toBe('tool_calls');
    expect(calls.map(misfit)).toEqual([undefined]);
  });

  it('whose reasoning is a message of its own has no budget, and says so', async () => {
    expect((await ask('messages', {})).reasoning).toBeTruthy();
    await expect(ask('messages', { thinking_token_budget: 4 })).rejects.toThrow(/thinking_token_budget/);
  });
});
