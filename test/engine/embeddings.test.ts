import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/engine.ts';
import { bertEmbedding } from '../support/bert-forward.ts';
import { apart, embed, startEmbeddingEngine, writeEmbeddingModel } from '../support/embedding-engine.ts';
import { ask, hostPid, startSupervisedEngine } from '../support/engine.ts';

/** Vectors of other texts are this far apart; those of one text differ by what half floats lose. */
const near = 1e-3;
const far = 0.02;

const started: Engine[] = [];
afterAll(() => Promise.all(started.map((engine) => engine.close())));

async function start(...parameters: Parameters<typeof startEmbeddingEngine>): Promise<Engine> {
  const engine = await startEmbeddingEngine(...parameters);
  started.push(engine);
  return engine;
}

const texts = ['hello', 'what is the model', 'the user and the assistant', 'x', 'a b c d e f g', 'hello hello'];

describe.each(['bert', 'nomic-bert', 'qwen3-embedding'] as const)('%s', (family) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await start(family);
  });

  it('says what it makes', () => {
    const pooling = { bert: 'cls', 'nomic-bert': 'mean', 'qwen3-embedding': 'last' }[family];

    expect(engine.state()).toMatchObject({ kind: 'ready', embedding: { size: 64, pooling } });
  });

  it('makes vectors of length 1, other ones for other texts', async () => {
    const { vectors } = await embed(engine, texts);

    expect(vectors).toHaveLength(texts.length);
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
    for (const [at, vector] of vectors.entries()) expect(apart(vector, vectors[at - 1])).toBeGreaterThan(far);
  });

  it('makes the same of a text alone and among others', async () => {
    const together = await embed(engine, texts);
    for (const [at, text] of texts.entries()) {
      const alone = await embed(engine, text);
      expect(apart(alone.vectors[0], together.vectors[at])).toBeLessThan(near);
    }
  });

  it('makes the same whoever else asks', async () => {
    const [first] = (await embed(engine, 'hello')).vectors;
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, at) => embed(engine, [`the model ${at}`, 'hello', 'what '.repeat(at + 1)])),
    );

    for (const { vectors } of answers) expect(apart(vectors[1], first)).toBeLessThan(near);
  });

  it('reads more texts than a batch holds', async () => {
    const many = Array.from({ length: 300 }, (_, at) => texts[at % texts.length] ?? '');
    const { vectors } = await embed(engine, many);

    for (const [at, vector] of vectors.entries()) expect(apart(vector, vectors[at % texts.length])).toBeLessThan(near);
  });

  it('fills its context, and refuses one token more', async () => {
    const state = engine.state();
    const length = state.kind === 'ready' ? (state.contextLength ?? 0) : 0;
    const full = Array.from({ length }, (_, at) => 20 + (at % 50));

    expect((await embed(engine, [full, [20, 21]])).promptTokens).toBe(length + 2);
    await expect(embed(engine, [[20], [...full, 20]])).rejects.toMatchObject({
      code: 'context_length_exceeded',
      param: 'input[1]',
      message: expect.stringContaining(`maximum context length is ${length} tokens and \`input[1]\` has ${length + 1}`),
    });
  });

  it('refuses token ids it does not have', async () => {
    await expect(embed(engine, [[20], [20, 999_999]])).rejects.toMatchObject({
      code: 'invalid_value',
      param: 'input[1][1]',
    });
  });

  it('does not answer chats', async () => {
    await expect(engine.chat(ask('hi'), new AbortController().signal)).rejects.toMatchObject({
      code: 'unsupported_task',
      param: 'model',
      message: expect.stringContaining('/v1/embeddings'),
    });
  });
});

describe('what BERT makes', () => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await start('bert', {
      embedding: { dimensions: [16, 32], prefixes: { query: 'what is ' } },
    });
  });
  /** `[CLS] … [SEP]` with words of the vocabulary. */
  const ids = { hello: [2, 15, 3], world: [2, 15, 8, 3] };

  it.each([
    ['a word', ids.hello],
    ['two words', ids.world],
    ['a hundred tokens', [2, ...Array.from({ length: 100 }, (_, at) => 5 + at), 3]],
  ])('is what its weights say: %s', async (_name, tokens) => {
    const [vector] = (await embed(engine, tokens)).vectors;

    // ggml looks its smooth step up in a table of half floats.
    expect(apart(vector, bertEmbedding(tokens))).toBeLessThan(2e-3);
    expect(apart(vector, bertEmbedding([2, ...tokens.slice(2)]))).toBeGreaterThan(far);
  });

  it('is the same for a text and for its token ids, special ones included', async () => {
    const { vectors, promptTokens } = await embed(engine, 'hello the');

    expect(promptTokens).toBe(4);
    expect(apart(vectors[0], (await embed(engine, [ids.world])).vectors[0])).toBe(0);
  });

  it('is cut and made long again where the model is said to permit it', async () => {
    const [whole = new Float32Array()] = (await embed(engine, 'hello')).vectors;
    const [short] = (await embed(engine, 'hello', { dimensions: 16 })).vectors;
    const first = whole.slice(0, 16);

    expect(
      apart(
        short,
        first.map((value) => value / Math.hypot(...first)),
      ),
    ).toBeLessThan(near);
    expect((await embed(engine, 'hello', { dimensions: 64 })).vectors).toEqual([whole]);
    await expect(embed(engine, 'hello', { dimensions: 8 })).rejects.toMatchObject({
      param: 'dimensions',
      message: expect.stringContaining('Choose one of 64, 16, 32.'),
    });
  });

  it('has the prefix of its type, and says so when there is none', async () => {
    const asked = await embed(engine, 'hello', { input_type: 'query' });
    const spelled = await embed(engine, 'what is hello');
    const passage = await embed(engine, 'hello', { input_type: 'passage' });

    expect(asked).toEqual({ ...spelled, emulated: [] });
    expect(passage).toEqual({ ...(await embed(engine, 'hello')), emulated: ['input_type'] });
  });

  it('is of what is left when a text is cut, special tokens kept', async () => {
    const words = 'hello the model '.repeat(300);
    const end = await embed(engine, words, { truncate: 'END' });
    const beginning = await embed(engine, `user ${words}`, { truncate: 'START' });
    const three = await embed(engine, words, { truncate_prompt_tokens: 3 });

    expect([end.promptTokens, beginning.promptTokens, three.promptTokens]).toEqual([512, 512, 3]);
    expect(apart(end.vectors[0], (await embed(engine, 'hello the model '.repeat(170))).vectors[0])).toBe(0);
    expect(apart(beginning.vectors[0], (await embed(engine, 'hello the model '.repeat(170))).vectors[0])).toBe(0);
    expect(apart(three.vectors[0], (await embed(engine, [ids.hello])).vectors[0])).toBe(0);
    await expect(embed(engine, 'x', { truncate_prompt_tokens: 513 })).rejects.toMatchObject({
      param: 'truncate_prompt_tokens',
    });
  });

  it('costs little for a text that is absurdly long', async () => {
    const before = performance.now();
    const text = 'q'.repeat(8 << 20);

    await expect(embed(engine, text)).rejects.toMatchObject({ code: 'context_length_exceeded', param: 'input' });
    expect((await embed(engine, text, { truncate: 'START' })).promptTokens).toBeLessThanOrEqual(512);
    expect(performance.now() - before).toBeLessThan(15_000);
  });
});

describe('an engine that makes embeddings', () => {
  it('lets a short request pass a long one, and stops for who leaves', async () => {
    const engine = await start('bert');
    const leaving = new AbortController();
    const many = Array.from({ length: 2048 }, () => 'hello the model '.repeat(100));
    const long = embed(engine, many, {}, leaving.signal).catch((failure: unknown) => failure);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await embed(engine, 'hello');
    leaving.abort();
    const left = performance.now();

    expect(await long).toMatchObject({ code: 'client_closed_request' });
    await embed(engine, 'hello');
    // What is left of the list would take many seconds.
    expect(performance.now() - left).toBeLessThan(8000);
  });

  it('refuses what finds no place to wait', async () => {
    const engine = await start('qwen3-embedding', { slots: 1 });
    const leaving = new AbortController();
    const slow = Array.from({ length: 64 }, () => Array.from({ length: 2000 }, () => 50));
    const outcomes = Array.from({ length: 80 }, () =>
      embed(engine, slow, {}, leaving.signal).catch((failure: { code?: string }) => failure.code),
    );

    expect(await Promise.race(outcomes)).toBe('engine_overloaded');
    leaving.abort();
    expect(new Set(await Promise.all(outcomes))).toEqual(new Set(['engine_overloaded', 'client_closed_request']));
    expect((await embed(engine, 'hello')).vectors).toHaveLength(1);
  });

  it('comes back when its host dies', async () => {
    const file = writeEmbeddingModel('bert');
    const engine = await startSupervisedEngine(file.path);
    started.push({ ...engine, close: () => engine.close().finally(() => file.remove()) });
    const before = await embed(engine, 'hello');
    process.kill(hostPid(file.path), 'SIGKILL');

    expect(await embed(engine, 'hello')).toEqual(before);
  });
});

describe('a model that is not made for embeddings', () => {
  it('refuses them and says what to do', async () => {
    const engine = await start('qwen3');

    expect(engine.state()).toMatchObject({ kind: 'ready', embedding: undefined });
    await expect(embed(engine, 'hello')).rejects.toMatchObject({
      code: 'unsupported_task',
      param: 'model',
      message: expect.stringContaining('`--model` file'),
    });
  });

  it('makes them when its configuration says how', async () => {
    const engine = await start('qwen3', { embedding: { pooling: 'mean' } });

    expect(engine.state()).toMatchObject({ embedding: { size: 64, pooling: 'mean' } });
    expect((await embed(engine, ['hello', 'the'])).vectors).toHaveLength(2);
  });

  it('fails to load when its configuration speaks of embeddings and not how', async () => {
    const engine = await start('qwen3', { embedding: { dimensions: [16] } });

    expect(engine.state()).toMatchObject({ kind: 'failed', message: expect.stringContaining('set embedding.pooling') });
  });
});
