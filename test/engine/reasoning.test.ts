import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ChatCompletionRequestInput } from '../../src/api/chat-completion-request.ts';
import type { EngineRequest } from '../../src/api/internal/engine-request.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import { scriptedModel } from '../../scripts/make-scripted-model.ts';
import { callsIn, misfit, shortTools as tools } from '../support/calls.ts';
import { answer, ask, startEngine, type Answer } from '../support/engine.ts';
import { createReasoningModels, reasoningModels, type ReasoningModel } from '../support/reasoning-models.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';

const files = createReasoningModels();
const engines = new Map<ReasoningModel, Promise<Engine>>();
/** One engine for each model, started when first asked. */
function engineOf(name: ReasoningModel): Promise<Engine> {
  const known = engines.get(name) ?? startEngine(files.write(name), { modelId: name });
  engines.set(name, known);
  return known;
}
afterAll(async () => {
  for (const engine of engines.values()) await (await engine).close();
  files.remove();
});

/** A random model never ends by itself for long, so that limits alone end these answers. */
function think(tokens: number | undefined, fields: Partial<ChatCompletionRequestInput> = {}): EngineRequest {
  const budget = tokens === undefined ? {} : { thinking_budget: { tokens, param: 'thinking_token_budget' } };
  return { ...ask('hello', { ignore_eos: true, max_tokens: 40, temperature: 1, seed: 5, ...fields }), ...budget };
}

const names = Object.keys(reasoningModels) as ReasoningModel[];
const reasoningTokens = ({ usage }: Answer) => usage?.completion_tokens_details?.reasoning_tokens;
const fieldOf = ({ chunks }: Answer, field: 'content' | 'reasoning_content', choice = 0) =>
  chunks
    .flatMap(({ choices }) => choices.filter(({ index }) => index === choice))
    .map(({ delta }) => delta[field] ?? '')
    .join('');
const tokensOf = ({ chunks }: Answer, choice = 0) =>
  chunks
    .flatMap(({ choices }) => choices.filter(({ index }) => index === choice))
    .flatMap(({ logprobs }) => logprobs?.content ?? []);
/** The text of these tokens, but for a space that a tokenizer begins with. */
const closingOf = (entries: ReturnType<typeof tokensOf>) =>
  Buffer.from(entries.flatMap(({ bytes }) => bytes ?? []))
    .toString()
    .replace(/^ /, '');

describe.each(names)('a thinking budget with %s', (name) => {
  const { close } = reasoningModels[name];

  it.each([1, 7])('of %d ends the reasoning there, and the rest is the answer', async (budget) => {
    const answered = await answer(await engineOf(name), think(budget, { logprobs: true, top_logprobs: 1 }));
    const entries = tokensOf(answered);

    expect(reasoningTokens(answered)).toBe(budget);
    expect(entries).toHaveLength(40);
    expect(closingOf(entries.slice(budget)).startsWith(close)).toBe(true);
    expect(fieldOf(answered, 'content')).not.toBe('');
    expect(fieldOf(answered, 'reasoning_content')).not.toContain(close.trim());
    expect(answered.usage?.completion_tokens).toBe(40);
    expect(answered.finishReasons).toEqual(['length']);
  });

  it('of 0 closes the block at once', async () => {
    const answered = await answer(await engineOf(name), think(0, { logprobs: true }));

    expect(reasoningTokens(answered)).toBe(0);
    expect(fieldOf(answered, 'reasoning_content')).toBe('');
    expect(closingOf(tokensOf(answered)).startsWith(close)).toBe(true);
    expect(fieldOf(answered, 'content')).not.toBe('');
  });

  it('is kept by each of several choices', async () => {
    const answered = await answer(await engineOf(name), think(4, { n: 6 }));

    expect(reasoningTokens(answered)).toBe(24);
    for (const choice of [0, 1, 2, 3, 4, 5]) expect(fieldOf(answered, 'content', choice)).not.toBe('');
  });

  it('that is not reached changes nothing', async () => {
    const engine = await engineOf(name);
    const [without, large] = [await answer(engine, think(undefined)), await answer(engine, think(1000))];

    expect(fieldOf(large, 'reasoning_content')).toBe(fieldOf(without, 'reasoning_content'));
    expect(fieldOf(without, 'reasoning_content')).not.toBe('');
    expect(reasoningTokens(large)).toBe(reasoningTokens(without));
  });

  it('gives the same text every time where that is asked', async () => {
    const engine = await engineOf(name);
    const request = think(5, { deterministic: true });
    const [one, other] = [await answer(engine, request), await answer(engine, request)];

    expect(fieldOf(one, 'content')).toBe(fieldOf(other, 'content'));
    expect(fieldOf(one, 'reasoning_content')).toBe(fieldOf(other, 'reasoning_content'));
  });

  it('ends reasoning also where the model may call', async () => {
    const answered = await answer(await engineOf(name), think(3, { tools, frequency_penalty: 1 }));

    expect(reasoningTokens(answered)).toBe(3);
    expect(fieldOf(answered, 'content')).not.toBe('');
  });

  it('leaves room for a call that has to follow', async () => {
    // A harmony model begins its analysis itself.
    const closed = name === 'harmony' ? { chat_template_kwargs: { closed: true } } : {};
    const request = think(3, {
      tools,
      tool_choice: 'required',
      n: 4,
      max_tokens: 400,
      ignore_eos: false,
      ...closed,
      parallel_tool_calls: false,
    });
    const answered = await answer(await engineOf(name), request);

    for (const choice of [0, 1, 2, 3]) {
      const calls = callsIn(answered.chunks, choice);
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.map(misfit).filter(Boolean)).toEqual([]);
      expect(fieldOf(answered, 'content', choice)).toBe('');
    }
    expect(answered.finishReasons).toEqual(['tool_calls', 'tool_calls', 'tool_calls', 'tool_calls']);
    // Under a grammar a character is ended first, of four tokens at most.
    expect(reasoningTokens(answered)).toBeLessThanOrEqual(4 * (3 + 3));
    expect(reasoningTokens(answered)).toBeGreaterThanOrEqual(name === 'harmony' ? 0 : 4 * 3);
  });
});

describe('what came in place of the model', () => {
  it('is reported with the probability that the model gave it', async () => {
    const answered = await answer(await engineOf('think tags'), think(2, { logprobs: true, top_logprobs: 5 }));
    const [, , forced] = tokensOf(answered);

    expect(forced?.token).toBe('\n');
    expect(forced?.logprob).toBeLessThan(Math.max(...(forced?.top_logprobs ?? []).map(({ logprob }) => logprob)));
    expect(forced?.logprob).toBeGreaterThan(-100);
  });

  it('is read again by one that had to step back', async () => {
    const engine = await startEngine(files.write('think tags'), { slots: 4, cells: 256, cellLayout: 'shared' });
    const request = (seed: number) => think(20, { seed, temperature: 0, logit_bias: { [seed]: 3 }, max_tokens: 120 });
    const alone: Answer[] = [];
    for (const seed of [40, 50, 60, 70]) alone.push(await answer(engine, request(seed)));
    const together = await Promise.all([40, 50, 60, 70].map((seed) => answer(engine, request(seed))));
    await engine.close();

    expect(together.map(reasoningTokens)).toEqual(alone.map(reasoningTokens));
    expect(together.map(reasoningTokens)).toContain(20);
    expect(together.map((each) => fieldOf(each, 'content'))).toEqual(alone.map((each) => fieldOf(each, 'content')));
  });
});

describe('one control of reasoning', () => {
  const told: string[] = [];
  const caller = { cacheSalt: '', onEmulated: (named: readonly string[]) => void told.push(...named) };
  afterEach(() => void told.splice(0));

  it('turns it off in the prompt where the template can', async () => {
    const engine = await engineOf('think tags with a switch');
    const answered = await answer(engine, think(undefined, { reasoning_effort: 'none' }), undefined, caller);

    expect([reasoningTokens(answered), fieldOf(answered, 'reasoning_content'), told]).toEqual([0, '', []]);
    expect(fieldOf(answered, 'content')).not.toBe('');
  });

  it('closes it where the template cannot, and says so', async () => {
    const engine = await engineOf('think tags');
    const answered = await answer(engine, think(undefined, { reasoning_effort: 'none' }), undefined, caller);

    expect([reasoningTokens(answered), told]).toEqual([0, ['reasoning_effort']]);
    expect(fieldOf(answered, 'content')).not.toBe('');
  });

  it('knows no grades where there is only on and off, and says so', async () => {
    const engine = await engineOf('think tags with a switch');
    const answered = await answer(engine, think(undefined, { reasoning_effort: 'low' }), undefined, caller);

    expect(told).toEqual(['reasoning_effort']);
    expect(fieldOf(answered, 'reasoning_content')).not.toBe('');
  });

  it.each([
    [
      'a variable that the template does not read',
      { chat_template_kwargs: { mood: 'x' } },
      'chat_template_kwargs.mood',
    ],
    ['the messages', { chat_template_kwargs: { messages: [] } }, 'chat_template_kwargs.messages'],
    [
      'two that contradict',
      { reasoning_effort: 'high', chat_template_kwargs: { enable_thinking: false } },
      'reasoning_effort',
    ],
  ] as const)('refuses %s', async (_, fields, param) => {
    const engine = await engineOf('think tags');

    await expect(answer(engine, think(undefined, fields))).rejects.toMatchObject({ status: 400, param });
  });
});

describe('a model that reasons as a script has it', () => {
  let engine: Engine;
  const file = writeScriptedModel();
  beforeAll(async () => {
    const path = join(file.directory, 'reasoning.gguf');
    const pieces = ['<think>', 'Never ', 'stop ', 'here', '</think>', '\n\n', 'We ', 'stop now', ' and', ' not later'];
    writeFileSync(path, scriptedModel([{ word: 'x', pieces, ends: 'with-end-token' }], { contextLength: 1024 }));
    engine = await startEngine(path);
  });
  afterAll(async () => {
    await engine.close();
    file.remove();
  });

  it('has its reasoning counted, without the marks', async () => {
    const answered = await answer(engine, ask('hello'));

    expect(fieldOf(answered, 'reasoning_content')).toBe('Never stop here');
    expect(answered.texts).toEqual(['We stop now and not later']);
    expect([reasoningTokens(answered), answered.usage?.completion_tokens]).toEqual([3, 11]);
  });

  it('is stopped by its answer alone', async () => {
    const answered = await answer(engine, ask('hello', { stop: ['stop', 'think'] }));

    expect(fieldOf(answered, 'reasoning_content')).toBe('Never stop here');
    expect([answered.texts, answered.finishReasons]).toEqual([['We '], ['stop']]);
  });

  it('is stopped at the very end of its answer', async () => {
    const answered = await answer(engine, ask('hello', { stop: ['not later'] }));

    expect(answered.texts).toEqual(['We stop now and ']);
  });

  it('has a block that it opened itself closed at once where none is wanted', async () => {
    const request = { ...ask('hello'), thinking_budget: { tokens: 0, param: 'thinking_token_budget' } };
    const answered = await answer(engine, request);

    // What the script has after the reasoning's end depends on it.
    expect([fieldOf(answered, 'reasoning_content'), reasoningTokens(answered)]).toEqual(['', 0]);
    expect(answered.finishReasons).toEqual(['stop']);
  });
});

describe('a model whose template knows no reasoning', () => {
  it('is asked for none', async () => {
    const plain = await startEngine(builtInModel.path);
    try {
      await expect(answer(plain, ask('hello', { reasoning_effort: 'high' }))).rejects.toMatchObject({
        status: 400,
        param: 'reasoning_effort',
      });
      expect((await answer(plain, ask('hello', { reasoning_effort: 'none' }))).finishReasons).toEqual(['stop']);
    } finally {
      await plain.close();
    }
  });
});
