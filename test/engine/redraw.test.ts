import { beforeAll, describe, expect, it } from 'vitest';
import { chatCompletionRequest, type ChatCompletionRequestInput } from '../../src/api/chat-completion-request.ts';
import { createCandidates, type Candidates } from '../../src/engine-host/candidates.ts';
import type { Grammar } from '../../src/engine-host/grammar.ts';
import type { LibLlama } from '../../src/engine-host/libllama/bindings.ts';
import { redraw } from '../../src/engine-host/redraw.ts';
import { createSampler } from '../../src/engine-host/sampler.ts';
import { openQuietLibrary } from '../support/quiet-library.ts';

const vocabularySize = 3000;
let library: LibLlama;
let candidates: Candidates;
beforeAll(() => {
  library = openQuietLibrary();
  candidates = createCandidates(library, vocabularySize);
});

/** Token 0 is the likeliest, and each one after it a little less likely. */
const falling = Float32Array.from({ length: vocabularySize }, (_, token) => -token / 4);

function permitting(permits: (token: number) => boolean): Grammar {
  const all = Int32Array.from({ length: vocabularySize }, (_, token) => token).filter(permits);
  return { permits, permitted: () => all, accept: () => undefined };
}

function sampler(fields: Partial<ChatCompletionRequestInput>, prompt: readonly number[] = []) {
  const request = chatCompletionRequest.parse({
    model: 'm',
    messages: [{ role: 'user', content: '' }],
    top_p: 1,
    ...fields,
  });
  return createSampler(library, {
    fields: request,
    seed: 1,
    vocabularySize,
    contextLength: 64,
    prompt: Int32Array.from(prompt),
  });
}

/** The share that each token gets over evenly spread random numbers. */
function shares(fields: Partial<ChatCompletionRequestInput>, grammar: Grammar, logits = falling): Map<number, number> {
  const created = sampler(fields);
  const draws = 1000;
  const counts = new Map<number, number>();
  for (let at = 0; at < draws; at++) {
    const token = redraw({ candidates, sampler: created, grammar, logits, random: (at + 0.5) / draws }) ?? -1;
    counts.set(token, (counts.get(token) ?? 0) + 1 / draws);
  }
  created.free();
  return counts;
}

/** Tokens whose shares are not as expected, to half a percent. */
function misfits(found: ReadonlyMap<number, number>, expected: ReadonlyMap<number, number>): number[] {
  const tokens = [...new Set([...found.keys(), ...expected.keys()])];
  return tokens.filter((token) => Math.abs((found.get(token) ?? 0) - (expected.get(token) ?? 0)) > 0.005);
}

function softmax(tokens: readonly number[], temperature: number): Map<number, number> {
  const weights = tokens.map((token) => Math.exp(-token / 4 / temperature));
  const sum = weights.reduce((a, b) => a + b, 0);
  return new Map(tokens.map((token, at) => [token, (weights[at] ?? 0) / sum]));
}

describe('a redraw', () => {
  const even = permitting((token) => token % 2 === 0);

  it.each([0.7, 1, 2])(
    'has the probabilities of the model among what is permitted, at temperature %d',
    (temperature) => {
      const tokens = Array.from({ length: 500 }, (_, at) => at * 2);

      expect(misfits(shares({ temperature }, even), softmax(tokens, temperature))).toEqual([]);
    },
  );

  it('keeps to the filters', () => {
    expect(misfits(shares({ temperature: 1, top_k: 5 }, even), softmax([0, 2, 4], 1))).toEqual([]);
    // The first three tokens have probabilities of 22, 17 and 13 percent.
    expect(
      misfits(
        shares(
          { temperature: 1, top_p: 0.45 },
          permitting((token) => token > 0),
        ),
        softmax([1, 2], 1),
      ),
    ).toEqual([]);
    expect(
      misfits(
        shares(
          { temperature: 1, min_p: 0.5 },
          permitting((token) => token !== 1),
        ),
        softmax([0, 2], 1),
      ),
    ).toEqual([]);
  });

  it('filters what is permitted where the filters leave nothing of it', () => {
    expect(
      misfits(
        shares(
          { temperature: 1, top_k: 2 },
          permitting((token) => token >= 10),
        ),
        softmax([10, 11], 1),
      ),
    ).toEqual([]);
    expect(
      misfits(
        shares(
          { temperature: 1, top_k: 1 },
          permitting((token) => token >= 10),
        ),
        softmax([10], 1),
      ),
    ).toEqual([]);
  });

  it('looks at the whole vocabulary where nothing likely is permitted', () => {
    expect(
      misfits(
        shares(
          { temperature: 1, top_k: 2 },
          permitting((token) => token >= 2500),
        ),
        softmax([2500, 2501], 1),
      ),
    ).toEqual([]);
    expect(
      misfits(
        shares(
          { temperature: 0 },
          permitting((token) => token >= 2500),
        ),
        new Map([[2500, 1]]),
      ),
    ).toEqual([]);
  });

  it('takes the likeliest that is permitted at temperature 0', () => {
    expect(
      misfits(
        shares(
          { temperature: 0 },
          permitting((token) => token % 7 === 3),
        ),
        new Map([[3, 1]]),
      ),
    ).toEqual([]);
  });

  it('heeds biases and penalties', () => {
    expect(misfits(shares({ temperature: 0, logit_bias: { 8: 100, 9: 100 } }, even), new Map([[8, 1]]))).toEqual([]);
    const repeated = sampler({ temperature: 0, repetition_penalty: 1.5 }, [0, 2]);
    const logits = falling.map((logit) => logit + 10);

    expect(redraw({ candidates, sampler: repeated, grammar: even, logits, random: 0 })).toBe(4);
  });

  it('finds nothing where nothing is possible', () => {
    const none = permitting(() => false);
    const impossible = falling.map((logit, token) => (token % 2 === 0 ? -Infinity : logit));

    expect(shares({ temperature: 1 }, none)).toEqual(new Map([[-1, expect.closeTo(1, 5) as number]]));
    expect([...shares({ temperature: 0 }, even, impossible).keys()]).toEqual([-1]);
  });
});

it('a sampler takes note of each token of a long prompt once', () => {
  let accepted = 0;
  const counting = { ...library, samplerAccept: () => void accepted++ };
  const fields = chatCompletionRequest.parse({
    model: 'm',
    messages: [{ role: 'user', content: '' }],
    repetition_penalty: 1.2,
  });
  const prompt = Int32Array.from({ length: 100_000 }, (_, at) => at % 50);
  createSampler(counting, { fields, seed: 1, vocabularySize, contextLength: 131_072, prompt }).free();

  expect(accepted).toBe(50);
});
