import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { Generation } from '../../src/engine-host/generation.ts';
import { Lane } from '../../src/engine-host/lane.ts';
import type { LoadedModel } from '../../src/engine-host/model.ts';
import { createSampler } from '../../src/engine-host/sampler.ts';
import { StepCost } from '../../src/engine-host/step-cost.ts';
import { ask } from '../support/engine.ts';
import { sharedRequest } from '../support/idle-generation.ts';
import { createTinyModels } from '../support/tiny-models.ts';

const models = createTinyModels();
let model: LoadedModel | undefined;
afterEach(() => model?.library.freeContext(model.context.context));
afterAll(() => models.remove());

const prompt = Array.from({ length: 40 }, (_, at) => 10 + ((at * 7) % 300));
const maxTokens = 6;

/** Answers a request for some choices: the tokens of each, and how many were decoded for all. */
async function run({ library, vocabulary, context }: LoadedModel, choices: number) {
  let decoded = 0;
  const counting = {
    ...context,
    decode() {
      decoded += context.batch.count;
      return context.decode();
    },
  };
  const steps = new StepCost(new Map());
  // Copying takes no time, so that it is never thought dearer than reading.
  const lane = new Lane(counting, { cost: { streams: steps, prompts: steps }, copyMs: 0, reusesPrefixes: true });
  const request = sharedRequest(prompt);
  const fields = ask('', { temperature: 0 });
  const sampling = { fields, seed: 1, vocabularySize: vocabulary.size, contextLength: 256, prompt: request.prompt };
  const asked = { maxTokens, minTokens: 0, ignoreEndOfGeneration: true, stop: [], topLogprobs: undefined };
  const generations = Array.from(
    { length: choices },
    () =>
      new Generation(
        { request, ...asked, createSampler: () => createSampler(library, sampling) },
        { onText: () => undefined, onEnd: () => undefined },
      ),
  );
  for (const each of generations) lane.submit(each);
  while (lane.running + lane.waiting > 0) await lane.round();
  return { answers: generations.map(({ answered }) => [...answered]), decoded };
}

describe.each(['granite-hybrid', 'nemotron-h', 'mamba2'] as const)('%s', (family) => {
  it.each(['own', 'shared'] as const)('reads a prompt once for all choices, with %s cells', async (cellLayout) => {
    model = await models.load(family, { cellLayout });
    const alone = await run(model, 1);
    model.library.clearMemory(model.context.memory, false);
    const four = await run(model, 4);

    expect(four.decoded).toBe(prompt.length + 4 * (maxTokens - 1));
    expect(four.answers).toEqual(Array.from({ length: 4 }, () => alone.answers[0]));
  });

  it('reads it once in each wave of choices', async () => {
    model = await models.load(family);
    const six = await run(model, 6);

    expect(six.decoded).toBe(2 * prompt.length + 6 * (maxTokens - 1));
  });
});
