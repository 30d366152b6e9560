import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { engineRequest } from '../../src/api/internal/engine-request.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { ManifoldError } from '../../src/errors.ts';
import { collect } from '../../src/inference/answers/collect.ts';
import { answer, ask, startEngine } from '../support/engine.ts';
import { randomSchema, seededRandom } from '../support/random-schema.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await startEngine(builtInModel.path);
});
afterAll(() => engine.close());

const ajv = addFormats.default(
  new Ajv2020({ strict: false, logger: false, unicodeRegExp: false, multipleOfPrecision: 9 }),
);

function held(schema: unknown, seed: number) {
  const fields = { temperature: 1, top_p: 1, seed, max_tokens: 150 };
  // Strict: what is not enforced is refused.
  const output = { kind: 'json', schema, isStrict: true, param: 'schema' } as const;
  return engineRequest.parse({ ...ask('An example, please.', fields), output });
}

it.each([1, 2, 3])('an answer that ended satisfies its schema, whatever that is, seed %i', async (seed) => {
  const random = seededRandom(seed * 100);
  const schemas = Array.from({ length: 40 }, () => randomSchema(random));
  const outcomes = await Promise.all(
    schemas.map(async (schema, at) => {
      try {
        const { texts, finishReasons } = await answer(engine, held(schema, at));
        return { schema, text: texts[0] ?? '', reason: finishReasons[0] };
      } catch (failure) {
        // Random schemas may contradict themselves.
        if (failure instanceof ManifoldError && failure.code === 'unsupported_schema') return undefined;
        throw failure;
      }
    }),
  );
  const ended = outcomes.filter((outcome) => outcome?.reason === 'stop');
  const invalid = ended.filter((outcome) => {
    const validate = ajv.compile(outcome?.schema ?? false);
    ajv.removeSchema();
    return !validate(JSON.parse(outcome?.text ?? ''));
  });

  expect(invalid).toEqual([]);
  expect(ended.length).toBeGreaterThan(15);
});

it('a plain answer is what its stream adds up to', async () => {
  const random = seededRandom(9);
  for (let count = 0; count < 8; count++) {
    const request = held(
      { type: 'object', properties: { a: { ...randomSchema(random, 3), title: `${count}` } } },
      count,
    );
    const { texts, chunks } = await answer(engine, { ...request, deterministic: true });
    const again = await engine.chat({ ...request, deterministic: true }, new AbortController().signal);
    const plain = await collect(again);

    expect(plain.choices[0]?.message.content).toBe(texts[0]);
    expect(chunks.filter(({ choices }) => choices[0]?.delta.content).length).toBeGreaterThan(0);
  }
});
