import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/engine.ts';
import { apart, embed, startEmbeddingEngine } from '../support/embedding-engine.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

const { signal } = new AbortController();

describe.each([
  ['bert', '[CLS]', '[SEP]'],
  ['nomic-bert', '[CLS]', '[SEP]'],
  ['qwen3-embedding', undefined, '<|endoftext|>'],
] as const)('the tokens of %s', (family, first, last) => {
  let engine: Engine;
  let server: TestServer;
  beforeAll(async () => {
    engine = await startEmbeddingEngine(family);
    server = await startTestServer(engine);
  });
  afterAll(async () => {
    await server.stop();
    await engine.close();
  });

  async function post<Answer>(path: string, body: object): Promise<Answer> {
    const response = await server.fetch(path, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'test/model', ...body }),
    });
    return (await response.json()) as Answer;
  }
  const tokenized = (body: object) =>
    post<{ count: number; tokens: number[]; token_strs: string[] }>('/tokenize', { return_token_strs: true, ...body });

  it('are those that the model embeds, special tokens included', async () => {
    const { count, tokens, token_strs: names } = await tokenized({ prompt: 'hello the model' });
    const ofText = await embed(engine, 'hello the model');
    const ofIds = await embed(engine, tokens);

    expect(count).toBe(ofText.promptTokens);
    expect(apart(ofIds.vectors[0], ofText.vectors[0])).toBeLessThan(1e-3);
    expect(names[0]).toBe(first ?? names[0]);
    expect(names.at(-1)).toBe(last);
  });

  it('are only those of the text where no special ones are wanted', async () => {
    const whole = await tokenized({ prompt: 'hello' });
    const bare = await tokenized({ prompt: 'hello', add_special_tokens: false });

    expect(whole.tokens.slice(first === undefined ? 0 : 1, -1)).toEqual(bare.tokens);
    expect((await tokenized({ prompt: '', add_special_tokens: false })).tokens).toEqual([]);
  });

  it('are a text again', async () => {
    const { tokens } = await tokenized({ prompt: 'hello the model', add_special_tokens: false });

    expect(await post('/detokenize', { tokens })).toEqual({ prompt: 'hello the model' });
    expect(await post('/detokenize', { tokens: [1, 1_000_000] })).toMatchObject({
      error: { code: 'invalid_value', param: 'tokens[1]' },
    });
  });

  it('of messages are refused: there is no template', async () => {
    expect(await tokenized({ messages: [{ role: 'user', content: 'x' }] })).toMatchObject({
      error: { code: 'unsupported_task', param: 'model' },
    });
  });

  it('of a long text are those of its parts', async () => {
    const answer = await engine.tokenize?.(
      { text: 'hello '.repeat(20_000), addsSpecialTokens: false, isNamed: false },
      signal,
    );

    expect(answer?.tokens.length).toBeGreaterThanOrEqual(20_000);
  });
});
