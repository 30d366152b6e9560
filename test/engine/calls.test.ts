import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { builtInModel } from '../../src/config/built-in-model.ts';
import type { Tool } from '../../src/api/tool.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { answer, ask, startEngine, startScriptedEngine } from '../support/engine.ts';
import { callsIn, misfit, shortTools as tools } from '../support/calls.ts';

let engine: Engine;
let scripted: Engine;
beforeAll(async () => {
  engine = await startEngine(builtInModel.path);
  scripted = await startScriptedEngine();
});
afterAll(() => Promise.all([engine.close(), scripted.close()]));

const weather = tools.slice(0, 1);
const named = { type: 'function', function: { name: 'get_weather' } } as const;

describe('a forced call', () => {
  it.each([0, 1, 2])('is a call, at temperature %d', async (temperature) => {
    const request = ask('What is the weather in Oslo?', { tools, tool_choice: 'required', temperature, n: 4, seed: 7 });
    const { texts, finishReasons, chunks } = await answer(engine, request);

    for (const [choice] of texts.entries()) {
      const calls = callsIn(chunks, choice);
      expect(calls.length).toBeGreaterThan(0);
      expect(calls.map(misfit)).toEqual(calls.map(() => undefined));
    }
    expect(texts).toEqual(['', '', '', '']);
    expect(finishReasons).toEqual(Array.from({ length: 4 }, () => 'tool_calls'));
  });

  it('is of the function that is named', async () => {
    const time = { type: 'function', function: { name: 'get_time' } } as const;
    const { chunks, finishReasons } = await answer(
      engine,
      ask('What is the weather in Oslo?', { tools, tool_choice: time, temperature: 1 }),
    );

    expect(callsIn(chunks).map(({ name, arguments: text }) => [name, text])).toEqual([['get_time', '{}']]);
    expect(finishReasons).toEqual(['tool_calls']);
  });

  it('is one where several are not wanted', async () => {
    const request = ask('Oslo, Rome, Paris?', {
      tools,
      tool_choice: 'required',
      parallel_tool_calls: false,
      n: 4,
      temperature: 2,
    });
    const { chunks } = await answer(engine, request);

    expect([0, 1, 2, 3].map((choice) => callsIn(chunks, choice).length)).toEqual([1, 1, 1, 1]);
  });

  it('that a limit cuts ends with length', async () => {
    const request = ask('Oslo?', { tools: weather, tool_choice: named, max_tokens: 12 });
    const { finishReasons, usage } = await answer(engine, request);

    expect(finishReasons).toEqual(['length']);
    expect(usage?.completion_tokens).toBe(12);
  });

  it('holds to its schema beside others that run', async () => {
    const request = (seed: number) => ask(`City ${seed}?`, { tools, tool_choice: 'required', temperature: 1.5, seed });
    const all = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map((seed) => answer(engine, request(seed))));

    for (const { chunks } of all) expect(callsIn(chunks).map(misfit).filter(Boolean)).toEqual([]);
  });

  it('is the same with a seed', async () => {
    const request = ask('Oslo?', { tools, tool_choice: 'required', temperature: 1, seed: 11, deterministic: true });
    const [one, other] = [await answer(engine, request), await answer(engine, request)];

    const content = (chunks: typeof one.chunks) => callsIn(chunks).map(({ name, arguments: text }) => [name, text]);
    expect(content(one.chunks)).toEqual(content(other.chunks));
  });
});

describe('tools', () => {
  it('leave the model free to answer in words', async () => {
    const { texts, finishReasons } = await answer(engine, ask('Hello!', { tools, temperature: 0 }));

    expect(texts[0]).not.toBe('');
    expect(finishReasons).toEqual(['stop']);
  });

  it('are not called when the choice is none', async () => {
    const { chunks } = await answer(engine, ask('What is the weather in Oslo?', { tools, tool_choice: 'none' }));

    expect(callsIn(chunks)).toEqual([]);
  });

  it('and their results are part of the conversation', async () => {
    const call = {
      id: 'call_1',
      type: 'function',
      function: { name: 'get_weather', arguments: '{"city":"Oslo"}' },
    } as const;
    const without = await answer(engine, ask('What is the weather in Oslo?', { tools, max_tokens: 1 }));
    const { usage } = await answer(engine, {
      ...ask('', { tools, max_tokens: 1 }),
      messages: [
        { role: 'user', content: 'What is the weather in Oslo?' },
        { role: 'assistant', content: null, tool_calls: [call] },
        { role: 'tool', tool_call_id: 'call_1', content: [{ type: 'text', text: 'Sunny.' }] },
      ],
    });

    expect(usage?.prompt_tokens).toBeGreaterThan(without.usage?.prompt_tokens ?? Infinity);
  });

  it('whose schema cannot be held to in full are told', async () => {
    const loose = {
      type: 'object',
      properties: { tags: { type: 'array', items: { type: 'integer' }, uniqueItems: true } },
    };
    const tool = { type: 'function', function: { name: 'note', parameters: loose } } as const;
    const told: string[] = [];
    const caller = { cacheSalt: '', onEmulated: (names: readonly string[]) => void told.push(...names) };
    await answer(engine, ask('Hi', { tools: [tool], max_tokens: 1 }), undefined, caller);

    expect(told).toEqual(['tools/note/properties/tags/uniqueItems']);
  });

  it('that are not strict may be loose beside one that is', async () => {
    const loose = {
      type: 'object',
      properties: { tags: { type: 'array', items: { type: 'integer' }, uniqueItems: true } },
    };
    const both: Tool[] = [
      { type: 'function', function: { name: 'get', strict: true, parameters: { type: 'object', properties: {} } } },
      { type: 'function', function: { name: 'get_all', parameters: loose } },
    ];
    const { usage } = await answer(engine, ask('Hi', { tools: both, max_tokens: 1 }));

    expect(usage?.completion_tokens).toBe(1);
  });

  it.each([
    [
      'nothing satisfies',
      { type: 'object', properties: { a: { type: 'integer', minimum: 2, maximum: 1 } }, required: ['a'] },
      undefined,
    ],
    ['strict cannot enforce', { type: 'object', properties: { a: { type: 'array', uniqueItems: true } } }, true],
  ])('whose schema %s are refused by name', async (_, parameters, strict) => {
    const tool = { type: 'function', function: { name: 'note', parameters, strict } } as const;

    await expect(answer(engine, ask('Hi', { tools: [...tools, tool] }))).rejects.toMatchObject({
      code: 'unsupported_schema',
      param: 'tools[2].function.parameters',
    });
  });
});

describe('a call that the model makes by itself', () => {
  it('comes beside what it says, in fields of its own', async () => {
    const { texts, finishReasons, chunks } = await answer(scripted, ask('look-up', { tools }));

    expect(texts).toEqual(['Let me look.']);
    expect(callsIn(chunks).map(({ name, arguments: text }) => [name, JSON.parse(text) as unknown])).toEqual([
      ['get_weather', { city: 'Oslo', days: 3 }],
    ]);
    expect(finishReasons).toEqual(['tool_calls']);
  });

  it('is held to its schema once it begins', async () => {
    const { finishReasons, chunks } = await answer(
      scripted,
      ask('misspell', { tools, max_tokens: 300, parallel_tool_calls: false }),
    );

    expect(callsIn(chunks).map(misfit)).toEqual([undefined]);
    expect(callsIn(chunks)[0]?.arguments).not.toContain('Lon');
    expect(finishReasons).toEqual(['tool_calls']);
  });

  it('is text where no tools are offered', async () => {
    const { texts, finishReasons } = await answer(scripted, ask('look-up'));

    expect(texts[0]).toContain('<tool_call>{"name": "get_weather"');
    expect(finishReasons).toEqual(['stop']);
  });

  it('that a limit cuts ends with length', async () => {
    const { finishReasons } = await answer(scripted, ask('look-up', { tools, max_tokens: 5 }));

    expect(finishReasons).toEqual(['length']);
  });
});

describe('reasoning', () => {
  it('is told apart from the answer', async () => {
    const { texts, chunks, finishReasons, usage } = await answer(scripted, ask('ponder'));
    const reasoning = chunks
      .flatMap(({ choices }) => choices.map(({ delta }) => delta.reasoning_content ?? ''))
      .join('');

    expect([reasoning, texts[0], finishReasons[0]]).toEqual(['Two and two', 'It is four.', 'stop']);
    expect(usage?.completion_tokens).toBe(7);
  });
});
