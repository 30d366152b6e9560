import { expect, it } from 'vitest';
import { idleSampler, sharedRequest } from '../../test/support/idle-generation.ts';
import { TooAmbiguous } from '../formats/grammar/close-state.ts';
import { chooseToken } from './choose-token.ts';
import type { DecodeContext } from './decode-context.ts';
import { Generation } from './generation.ts';
import type { GenerationEnd } from './generation-listener.ts';
import type { Grammar } from './grammar.ts';
import type { Sampler } from './sampler.ts';
import { sampleToken } from './sample-token.ts';

/** Samplers that remember, and how many of them are in use. */
function counted() {
  let used = 0;
  const create = (): Sampler => {
    used++;
    return { ...idleSampler(), remembers: true, fork: create, free: () => void used-- };
  };
  return { create, inUse: () => used };
}

function generationOf(createSampler: () => Sampler, grammar: Grammar, ends: GenerationEnd[] = [], onText = () => {}) {
  const request = sharedRequest([0]);
  const asked = { maxTokens: 9, minTokens: 1, ignoreEndOfGeneration: false, stop: [], topLogprobs: undefined };
  return new Generation(
    { request, ...asked, createSampler, grammar, grammarParam: 'guided_grammar', allowedTokens: [0, 1] },
    { onText, onEnd: (end) => ends.push(end) },
  );
}

const ambiguous: Grammar = {
  permits() {
    throw new TooAmbiguous('Too much.');
  },
  permitted: () => new Int32Array(),
  accept: () => undefined,
};
const anything: Grammar = { ...ambiguous, permits: () => true };

function contextWith(values: readonly number[]): DecodeContext {
  const row = Float32Array.from(values);
  const vocabulary = { size: values.length, endOfGeneration: [1], piece: () => Buffer.from('x') };
  return { logits: () => row, vocabulary } as unknown as DecodeContext;
}

it('a choice that cannot be made leaves the row as it was, and no sampler behind', () => {
  const { create, inUse } = counted();
  const generation = generationOf(create, ambiguous);
  const logits = Float32Array.of(3, 2, 1);

  expect(() => chooseToken(contextWith([3, 2, 1]), generation, logits, 0)).toThrow(TooAmbiguous);
  expect([...logits]).toEqual([3, 2, 1]);
  generation.endCancelled();
  expect(inUse()).toBe(0);
});

it('an answer that cannot be read ends with an error, alone', () => {
  const { create, inUse } = counted();
  const ends: GenerationEnd[] = [];
  const generation = generationOf(create, anything, ends, () => {
    throw new RangeError('A mistake of ours.');
  });
  sampleToken(contextWith([3, 2, 1]), generation, 0);

  expect(ends).toMatchObject([{ kind: 'failed', error: { code: 'internal_error' } }]);
  expect(inUse()).toBe(0);
});
