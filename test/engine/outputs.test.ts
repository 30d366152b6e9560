import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatCompletionRequestInput } from '../../src/api/chat-completion-request.ts';
import { engineRequest, type OutputConstraint } from '../../src/api/internal/engine-request.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { callsIn, misfit, shortTools as tools } from '../support/calls.ts';
import { answer, ask, startEngine, startScriptedEngine } from '../support/engine.ts';

let engine: Engine;
let scripted: Engine;
beforeAll(async () => {
  engine = await startEngine(builtInModel.path);
  scripted = await startScriptedEngine();
});
afterAll(() => Promise.all([engine.close(), scripted.close()]));

function held(output: OutputConstraint, fields: Partial<ChatCompletionRequestInput> = {}, content = 'Hello!') {
  return engineRequest.parse({ ...ask(content, { max_tokens: 200, ...fields }), output });
}

const person = {
  type: 'object',
  properties: {
    name: { type: 'string', maxLength: 12 },
    age: { type: 'integer', minimum: 0, maximum: 150 },
    pets: { type: 'array', items: { enum: ['cat', 'dog'] }, maxItems: 3 },
  },
  required: ['name', 'age', 'pets'],
  additionalProperties: false,
};
const json = (schema: unknown, isStrict = false): OutputConstraint => ({
  kind: 'json',
  schema,
  isStrict,
  param: 'response_format.json_schema.schema',
});
const regex: OutputConstraint = { kind: 'regex', pattern: '\\d{3}-[a-f]{2,4}', param: 'guided_regex' };
const choice: OutputConstraint = { kind: 'choice', choices: [' maybe', 'yes', 'no\n'], param: 'guided_choice' };
const grammar: OutputConstraint = {
  kind: 'grammar',
  grammar: 'root ::= "SELECT " column (", " column){0,4} " FROM t"\ncolumn ::= [a-c] [0-9]{0,2}',
  param: 'guided_grammar',
};

describe.each([0, 1, 2])('content at temperature %d', (temperature) => {
  const fields = { temperature, n: 4, seed: 5 };

  it('satisfies a schema', async () => {
    const { texts, finishReasons } = await answer(engine, held(json(person), fields));

    for (const text of texts) {
      const { name, age, pets } = JSON.parse(text) as { name: string; age: number; pets: string[] };
      expect([name.length <= 12, age >= 0 && age <= 150, pets.length <= 3]).toEqual([true, true, true]);
    }
    expect(finishReasons).toEqual(Array.from({ length: 4 }, () => 'stop'));
  });

  it('is an object where there is no schema', async () => {
    const { texts, finishReasons } = await answer(
      engine,
      held({ kind: 'json', isStrict: false, param: 'response_format' }, fields),
    );
    const done = texts.filter((_, at) => finishReasons[at] === 'stop').map((text) => JSON.parse(text) as unknown);

    expect(texts.every((text) => text.startsWith('{'))).toBe(true);
    expect(done.filter((value) => typeof value !== 'object' || Array.isArray(value))).toEqual([]);
  });

  it.each([
    ['a pattern', regex, /^\d{3}-[a-f]{2,4}$/],
    ['a choice', choice, /^(?: maybe|yes|no\n)$/],
    ['a grammar', grammar, /^SELECT [a-c]\d{0,2}(?:, [a-c]\d{0,2})* FROM t$/],
  ])('is of %s', async (_, output, expression) => {
    const { texts, finishReasons } = await answer(engine, held(output, fields));
    const done = texts.filter((_text, at) => finishReasons[at] === 'stop');

    expect(done.length).toBeGreaterThan(0);
    expect(done.filter((text) => !expression.test(text))).toEqual([]);
  });
});

describe('content', () => {
  it('is the same with a seed', async () => {
    const request = held(json(person), { temperature: 1.5, seed: 3, deterministic: true });
    const [one, other] = [await answer(engine, request), await answer(engine, request)];

    expect(one.texts).toEqual(other.texts);
  });

  it('holds beside penalties, biases and filters', async () => {
    const fields = {
      temperature: 1,
      top_p: 0.6,
      top_k: 20,
      min_p: 0.05,
      frequency_penalty: 1,
      repetition_penalty: 1.3,
    };
    const { texts } = await answer(engine, held(json(person), { ...fields, logit_bias: { 5: 20 }, n: 4, seed: 1 }));

    for (const text of texts) expect(JSON.parse(text)).toHaveProperty('pets');
  });

  it('keeps the log probabilities of the model', async () => {
    const request = held(choice, { temperature: 0, logprobs: true, top_logprobs: 2 });
    const { chunks } = await answer(engine, request);
    const [first] = chunks.flatMap(({ choices }) => choices.flatMap(({ logprobs }) => logprobs?.content ?? []));

    // What the model wanted to say is no choice.
    expect(first?.logprob).toBeLessThan(first?.top_logprobs[0]?.logprob ?? -Infinity);
  });

  it('goes on to the limit and is cut there', async () => {
    const { texts, finishReasons } = await answer(engine, held(json(person), { max_tokens: 3 }));

    expect(finishReasons).toEqual(['length']);
    expect(texts[0]?.startsWith('{')).toBe(true);
  });

  it('ends when it is complete, also where more tokens were wished for', async () => {
    const { texts, finishReasons } = await answer(engine, held(choice, { min_tokens: 50, temperature: 1 }));

    expect([' maybe', 'yes', 'no\n']).toContain(texts[0]);
    expect(finishReasons).toEqual(['stop']);
  });

  it('comes after reasoning', async () => {
    const four: OutputConstraint = { kind: 'choice', choices: ['It is 4.', 'It is 5.'], param: 'guided_choice' };
    const { texts, chunks } = await answer(scripted, held(four, {}, 'ponder'));
    const reasoning = chunks
      .flatMap(({ choices }) => choices.map(({ delta }) => delta.reasoning_content ?? ''))
      .join('');

    expect(reasoning).toBe('Two and two');
    expect(texts[0]).toMatch(/^It is [45]\.$/);
  });
});

describe('what is drawn', () => {
  it('is as likely as the model has it among what is permitted', async () => {
    // Six words follow each other evenly; three of them are permitted.
    const three: OutputConstraint = { kind: 'regex', pattern: '(red |blue |grey )+', param: 'guided_regex' };
    const { texts } = await answer(
      scripted,
      held(three, { temperature: 1, top_p: 1, max_tokens: 900, seed: 4 }, 'dice'),
    );
    const words = texts[0]?.trim().split(' ') ?? [];
    const shares = ['red', 'blue', 'grey'].map((word) => words.filter((each) => each === word).length / words.length);

    expect(words.length).toBeGreaterThan(700);
    // Four standard deviations.
    for (const share of shares) expect(Math.abs(share - 1 / 3)).toBeLessThan(0.07);
  });
});

describe('beside tools', () => {
  it('content is held, or a call is made', async () => {
    const { texts, chunks, finishReasons } = await answer(
      engine,
      held(regex, { tools, temperature: 2, n: 8, seed: 2 }),
    );

    const wrong = texts.filter((text, at) =>
      finishReasons[at] === 'stop'
        ? !/^\d{3}-[a-f]{2,4}$/.test(text)
        : finishReasons[at] === 'tool_calls' && callsIn(chunks, at).some((call) => misfit(call) !== undefined),
    );

    expect(wrong).toEqual([]);
    expect(new Set(finishReasons).has('stop')).toBe(true);
  });

  it('a call that must be made is made', async () => {
    const request = held(json(person), { tools, tool_choice: 'required', temperature: 1, seed: 1 });
    const { texts, finishReasons } = await answer(engine, request);

    expect([texts, finishReasons]).toEqual([[''], ['tool_calls']]);
  });

  it('no call is made where none may be', async () => {
    const { texts, finishReasons } = await answer(engine, held(choice, { tools, tool_choice: 'none', temperature: 2 }));

    expect([' maybe', 'yes', 'no\n']).toContain(texts[0]);
    expect(finishReasons).toEqual(['stop']);
  });
});

describe('what cannot be enforced', () => {
  const unique = {
    type: 'object',
    properties: { tags: { type: 'array', items: { type: 'integer' }, uniqueItems: true } },
  };

  it('is told where that is good enough', async () => {
    const told: string[] = [];
    const caller = { cacheSalt: '', onEmulated: (names: readonly string[]) => void told.push(...names) };
    await answer(engine, held(json(unique), { max_tokens: 1 }), undefined, caller);

    expect(told).toEqual(['response_format.json_schema.schema/properties/tags/uniqueItems']);
  });

  it.each([
    ['strictly', json(unique, true), 'unsupported_schema', '/properties/tags/uniqueItems'],
    ['a contradiction', json({ type: 'integer', minimum: 2, maximum: 1 }), 'unsupported_schema', 'minimum'],
    ['a look-ahead', { ...regex, pattern: 'a(?=b)' }, 'unsupported_schema', 'looks around'],
    ['a wrong pattern', { ...regex, pattern: '(a' }, 'invalid_value', 'never closed'],
    ['an expensive pattern', { ...regex, pattern: '(.*a.{900}){9}' }, 'unsupported_schema', ''],
    ['a wrong grammar', { ...grammar, grammar: 'root ::= "a"\n  b' }, 'invalid_value', 'line 2'],
    ['a grammar without end', { ...grammar, grammar: 'root ::= root "a"' }, 'unsupported_schema', 'itself'],
  ] as const)('is refused by name: %s', async (_, output, code, reason) => {
    await expect(answer(engine, held(output))).rejects.toMatchObject({
      code,
      param: output.param,
      message: expect.stringContaining(reason) as string,
    });
  });
});
