import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Engine } from '../../src/engines/engine.ts';
import { callsIn, misfit, shortTools } from '../support/calls.ts';
import { answer, ask, startEngine } from '../support/engine.ts';
import {
  createTinyModels,
  tinyFamilyNames,
  tinyMemoryKinds,
  type CellLayout,
  type TinyFamily,
} from '../support/tiny-models.ts';

const models = createTinyModels();
afterAll(() => models.remove());

const questions = ['hello', 'what is the model', 'user and system', 'the'];
const greedy = { temperature: 0, ignore_eos: true, max_tokens: 8 };

/** Every family with cells of its own for each slot, and one of each kind of memory with shared ones. */
const cases: readonly (readonly [TinyFamily, CellLayout])[] = [
  ...tinyFamilyNames.map((family) => [family, 'own'] as const),
  ['qwen3', 'shared'],
  ['gemma3', 'shared'],
  ['nemotron-h', 'shared'],
];

describe.each(cases)('%s with %s cells', (family, cellLayout) => {
  let engine: Engine;
  let endToken: number;

  beforeAll(async () => {
    const file = models.write(family);
    ({ endToken } = file);
    engine = await startEngine(file.path, { context: 1024, slots: 4, cellLayout });
    return () => engine.close();
  });

  it('loads', () => {
    expect(engine.state()).toMatchObject({ kind: 'ready', contextLength: 1024, slots: 4 });
  });

  it('answers four requests together as it answers each alone', async () => {
    const say = (question: string, cacheSalt: string) =>
      answer(engine, ask(question, greedy), undefined, { cacheSalt });
    const alone = [];
    for (const question of questions) alone.push(await say(question, 'alone'));
    const together = await Promise.all(questions.map((question) => say(question, 'together')));

    expect(new Set(alone.map(({ texts }) => texts[0])).size).toBe(questions.length);
    // A batch's rows change the last bits of its logits, so that only an answer short enough to meet no two tokens
    // of nearly the same weight is sure to be the same; prefix-logits.test.ts compares the logits themselves.
    expect(together.map(({ texts }) => texts)).toEqual(alone.map(({ texts }) => texts));
    expect(together.map(({ usage }) => usage?.completion_tokens)).toEqual(questions.map(() => 8));
  });

  it('answers from what it kept as if it had read everything', async () => {
    const say = (cacheSalt: string) =>
      answer(engine, ask('that is what the user and the model is', greedy), undefined, { cacheSalt });
    const first = await say('one');
    const again = await say('one');
    const fresh = await say('other');

    expect([again.texts, fresh.texts]).toEqual([first.texts, first.texts]);
    // What a state keeps is prompt and answer, and the prompt alone is less than that.
    const reused = tinyMemoryKinds[family] === 'state' ? 0 : (first.usage?.prompt_tokens ?? 0) - 1;
    expect(again.usage?.prompt_tokens_details?.cached_tokens).toBe(reused);
  });

  // On a busy machine the long one may be over before the others are asked.
  it('gives the slots of requests that left to others', { retry: 5 }, async () => {
    const ended: string[] = [];
    const long = { ...greedy, max_tokens: 600 };
    const staying = answer(engine, ask('hello', long)).then((result) => {
      ended.push('long');
      return result;
    });
    const others = questions.slice(1).map((question) => engine.chat(ask(question, long), new AbortController().signal));
    for (const stream of await Promise.all(others)) for await (const _ of stream) break;
    await Promise.all(
      questions.map((question) => answer(engine, ask(question, greedy)).then(() => ended.push('short'))),
    );
    const { finishReasons, usage } = await staying;

    expect(ended).toEqual(['short', 'short', 'short', 'short', 'long']);
    expect(finishReasons).toEqual(['length']);
    expect(usage?.completion_tokens).toBe(600);
  });

  it('calls a function when it must, with arguments that fit', async () => {
    const fields = { tools: shortTools, tool_choice: 'required', temperature: 1, max_tokens: 200 } as const;
    const all = await Promise.all(
      [1, 2].map((seed) => answer(engine, ask('the', { ...fields, seed, parallel_tool_calls: false }))),
    );

    for (const { chunks, texts, finishReasons } of all) {
      expect(callsIn(chunks).map(misfit)).toEqual([undefined]);
      expect([texts, finishReasons]).toEqual([[''], ['tool_calls']]);
    }
  });

  it('ends with length at max_tokens, and with stop at its end token', async () => {
    const cut = await answer(engine, ask('hello', greedy));
    const stopped = await answer(engine, ask('hello', { temperature: 0, logit_bias: { [endToken]: 100 } }));

    expect([cut.finishReasons, cut.usage?.completion_tokens]).toEqual([['length'], 8]);
    expect([stopped.finishReasons, stopped.usage?.completion_tokens]).toEqual([['stop'], 1]);
    expect(stopped.texts).toEqual(['']);
  });
});
