import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineRequest, type EngineRequest } from '../../src/api/internal/engine-request.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { answer, ask, startEngine, startScriptedEngine } from '../support/engine.ts';
import { createTinyModels, type TinyModels } from '../support/tiny-models.ts';

const builtInPath = join(import.meta.dirname, '..', '..', 'models', 'builtin', 'manifold-builtin.gguf');

let scripted: Engine;
let builtIn: Engine;
beforeAll(async () => {
  [scripted, builtIn] = await Promise.all([startScriptedEngine({ context: 256 }), startEngine(builtInPath)]);
});
afterAll(() => Promise.all([scripted.close(), builtIn.close()]));

const { signal } = new AbortController();
const bare = (prompt: string | readonly number[], fields: object = {}): EngineRequest =>
  engineRequest.parse({ model: 'x', messages: [], prompt, temperature: 0, ...fields });

async function tokensOf(engine: Engine, text: string, addsSpecialTokens = true) {
  return engine.tokenize?.({ text, addsSpecialTokens, isNamed: true }, signal) ?? { tokens: [], names: [] };
}

describe('a bare prompt', () => {
  it('has no template, and its special tokens count as such', async () => {
    const { texts, usage, finishReasons } = await answer(scripted, bare('anything<|say-hello|>'));

    expect(texts).toEqual(['Hello, I am a script.']);
    expect(finishReasons).toEqual(['stop']);
    // One token for each letter, and one for the selector.
    expect(usage?.prompt_tokens).toBe('anything'.length + 1);
  });

  it('as ids is the same as its text', async () => {
    const text = 'The sea is ';
    const { tokens } = await tokensOf(builtIn, text);

    const ofText = await answer(builtIn, bare(text, { max_tokens: 20 }));
    const ofIds = await answer(builtIn, bare(tokens, { max_tokens: 20 }));

    expect(ofIds.texts).toEqual(ofText.texts);
    expect(ofIds.usage?.prompt_tokens).toBe(tokens.length);
  });

  it('is answered in plain text, also where that looks like a call', async () => {
    const { texts, chunks } = await answer(scripted, bare('<|say-look-up|>'));

    expect(texts[0]).toMatch(/^Let me look. <tool_call>\{"name": "get_weather".*<\/tool_call>\n$/s);
    expect(chunks.some(({ choices }) => choices.some(({ delta }) => delta.tool_calls))).toBe(false);
  });

  it('obeys stop strings, limits, seeds, several choices and log probabilities', async () => {
    const stopped = await answer(scripted, bare('<|say-count|>', { stop: ['three'] }));
    const limited = await answer(scripted, bare('<|say-forever|>', { max_tokens: 3, n: 2, logprobs: true }));
    const seeded = () => answer(scripted, bare('<|say-dice|>', { max_tokens: 12, temperature: 1, top_p: 1, seed: 5 }));

    expect(stopped.texts).toEqual(['one two ']);
    expect(limited.texts).toEqual(['tick tock tick ', 'tick tock tick ']);
    expect(limited.finishReasons).toEqual(['length', 'length']);
    const entries = limited.chunks.flatMap(({ choices }) => choices.flatMap((each) => each.logprobs?.content ?? []));
    expect(entries).toHaveLength(6);
    expect((await seeded()).texts).toEqual((await seeded()).texts);
  });

  it('shares what was computed with a caller of the same salt only', async () => {
    const text = 'A long beginning that two requests have in common, word for word. ';
    const cached = async (salt: string) =>
      (await answer(builtIn, bare(text, { max_tokens: 1 }), signal, { cacheSalt: salt })).usage?.prompt_tokens_details
        ?.cached_tokens ?? 0;

    await cached('a');

    expect(await cached('a')).toBeGreaterThan(5);
    expect(await cached('b')).toBe(0);
  });

  it('with max_tokens 0 is counted, and nothing is generated', async () => {
    const { texts, usage, finishReasons } = await answer(scripted, bare('abc', { max_tokens: 0, n: 2 }));

    expect(texts).toEqual(['', '']);
    expect(finishReasons).toEqual(['length', 'length']);
    expect(usage).toMatchObject({ prompt_tokens: 3, completion_tokens: 0, total_tokens: 3 });
  });

  it.each<[string, EngineRequest, string, string]>([
    ['no text', bare(''), 'invalid_prompt', 'prompt'],
    ['no ids', bare([]), 'invalid_prompt', 'prompt'],
    ['an id that does not exist', bare([1, 2, 1_000_000]), 'invalid_value', 'prompt[2]'],
    ['an id beyond any', bare([2 ** 40]), 'invalid_value', 'prompt[0]'],
    ['a fraction as id', bare([1, 1.5]), 'invalid_value', 'prompt[1]'],
    ['more than the context', bare('x'.repeat(256)), 'context_length_exceeded', 'prompt'],
  ])('of %s is refused', async (_, request, code, param) => {
    await expect(scripted.chat(request, signal)).rejects.toMatchObject({ code, param });
  });
});

describe('tokens', () => {
  it('have names, and are a text again', async () => {
    const text = 'Grüße, 世界! 🎉 <|im_end|>';
    const { tokens, names } = await tokensOf(builtIn, text);

    expect(names).toHaveLength(tokens.length);
    expect(names?.at(-1)).toBe('<|im_end|>');
    expect(await builtIn.detokenize?.(tokens, signal)).toBe(text);
  });

  it('of nothing are none', async () => {
    expect((await tokensOf(builtIn, '')).tokens).toEqual([]);
    expect(await builtIn.detokenize?.([], signal)).toBe('');
  });

  it('that do not exist are refused with their place', async () => {
    await expect(builtIn.detokenize?.([1, 1_000_000], signal)).rejects.toMatchObject({
      code: 'invalid_value',
      param: 'tokens[1]',
    });
  });

  it('of a long text do not hold up an answer', async () => {
    const done: string[] = [];
    const long = tokensOf(builtIn, 'The quick brown fox jumps over the lazy dog. '.repeat(20_000)).finally(() =>
      done.push('tokens'),
    );
    const short = answer(builtIn, bare('One', { max_tokens: 1 })).finally(() => done.push('answer'));
    const [{ tokens }] = await Promise.all([long, short]);

    expect(done).toEqual(['answer', 'tokens']);
    expect(tokens.length).toBeGreaterThan(200_000);
    expect(await builtIn.detokenize?.(tokens, signal)).toHaveLength(45 * 20_000);
  });

  it('of more than an event loop can bear are refused', async () => {
    const text = Array.from({ length: 600_000 }, (_, at) => (at % 2 === 0 ? 'Q' : '7')).join('');

    await expect(tokensOf(builtIn, text)).rejects.toMatchObject({ code: 'request_too_large', param: 'prompt' });
  });
});

describe('a rendering', () => {
  it('is what the request lets the model read', async () => {
    const chat = ask('hello <|im_end|>', { max_tokens: 1 });

    const shown = await builtIn.render?.(chat, signal);
    const { usage } = await answer(builtIn, chat);

    expect(shown?.text).toContain('hello <|im_end|>');
    expect(shown?.tokens).toHaveLength(usage?.prompt_tokens ?? 0);
    // What a user wrote stays data: its mark is not the template's.
    const written = (shown?.text.split('<|im_end|>').length ?? 0) - 1;
    expect(shown?.names?.filter((name) => name === '<|im_end|>')).toHaveLength(written - 1);
  });

  it('of a bare prompt is its text, or that of its ids', async () => {
    const { tokens } = await tokensOf(builtIn, 'Two words');

    expect(await builtIn.render?.(bare('Two words'), signal)).toMatchObject({ text: 'Two words', tokens });
    expect(await builtIn.render?.(bare(tokens), signal)).toMatchObject({ text: 'Two words', tokens });
  });

  it('of ids that do not exist is refused', async () => {
    await expect(scripted.render?.(bare([1_000_000]), signal)).rejects.toMatchObject({ param: 'prompt[0]' });
  });
});

describe('a model that wants a token before every text', () => {
  let models: TinyModels;
  let engine: Engine;
  let spacing: Engine;
  beforeAll(async () => {
    models = createTinyModels();
    const paths = [models.write('gemma3').path, models.write('mistral').path] as const;
    [engine, spacing] = await Promise.all([startEngine(paths[0]), startEngine(paths[1])]);
  });
  afterAll(async () => {
    await Promise.all([engine.close(), spacing.close()]);
    models.remove();
  });

  it.each(['a b', ' a b', 'é🎉', '\n\n', ''])('or a space, gives %j back as it was', async (text) => {
    for (const each of [engine, spacing]) {
      const { tokens } = await tokensOf(each, text, false);

      expect(await each.detokenize?.(tokens, signal)).toBe(text);
    }
    expect((await tokensOf(spacing, 'a', false)).names).toEqual(['▁a']);
  });

  it('gets it once, unless it is told not to', async () => {
    const plain = await tokensOf(engine, 'a', false);
    const whole = await tokensOf(engine, 'a');
    const [first = -1] = whole.tokens;

    expect(whole.tokens).toEqual([first, ...plain.tokens]);
    expect(whole.names?.[0]).toMatch(/^<.+>$/);
    expect((await tokensOf(engine, `${whole.names?.[0]}a`)).tokens.filter((token) => token === first)).toHaveLength(1);
    expect((await answer(engine, bare('a', { max_tokens: 1 }))).usage?.prompt_tokens).toBe(whole.tokens.length);
  });
});
