import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { engineRequest, type OutputConstraint } from '../../src/api/internal/engine-request.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { callsIn, misfit, shortTools as tools } from '../support/calls.ts';
import { answer, ask, startEngine } from '../support/engine.ts';
import { createTinyModels, type TinyFamily } from '../support/tiny-models.ts';

const models = createTinyModels();
afterAll(() => models.remove());

const fields = { temperature: 1, top_p: 1, max_tokens: 120, n: 3, seed: 1 };

/** Vocabularies of bytes and of pieces of sentences, models with and without marks of their own. */
describe.each<TinyFamily>(['qwen3', 'llama', 'gemma3', 'phi3', 'gpt-oss', 'deepseek2'])(
  'random weights of %s',
  (family) => {
    let engine: Engine;
    beforeAll(async () => {
      engine = await startEngine(models.write(family).path, { slots: 3, context: 768 });
    });
    afterAll(() => engine.close());

    const held = (output: OutputConstraint) => engineRequest.parse({ ...ask('Hi', fields), output });

    it('are held to a pattern', async () => {
      const { texts, finishReasons } = await answer(
        engine,
        held({ kind: 'regex', pattern: '[a-c]{3}é[0-9]{1,4}', param: 'guided_regex' }),
      );
      const ended = texts.filter((_, at) => finishReasons[at] === 'stop');

      expect(ended.filter((text) => !/^[a-c]{3}é[0-9]{1,4}$/.test(text))).toEqual([]);
      expect(ended.length).toBeGreaterThan(0);
    });

    it('are held to a schema', async () => {
      const schema = {
        type: 'object',
        properties: { a: { enum: ['é', '日本', 1.5] } },
        required: ['a'],
        additionalProperties: false,
      };
      const { texts, finishReasons } = await answer(
        engine,
        held({ kind: 'json', schema, isStrict: true, param: 'guided_json' }),
      );
      const ended = texts
        .filter((_, at) => finishReasons[at] === 'stop')
        .map((text) => JSON.parse(text) as { a: unknown });

      expect(ended.filter(({ a }) => !['é', '日本', 1.5].includes(a as string))).toEqual([]);
      expect(ended.length).toBeGreaterThan(0);
    });

    it('are held to calls', async () => {
      const { chunks, finishReasons } = await answer(
        engine,
        ask('Hi', { ...fields, tools, tool_choice: 'required', parallel_tool_calls: false }),
      );
      const ended = finishReasons.flatMap((reason, at) => (reason === 'tool_calls' ? callsIn(chunks, at) : []));

      expect(ended.map(misfit).filter(Boolean)).toEqual([]);
      expect(finishReasons.filter((reason) => reason === 'stop')).toEqual([]);
    });
  },
);
