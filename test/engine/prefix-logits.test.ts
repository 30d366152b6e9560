import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { MemoryKind } from '../../src/engine-host/memory-kind.ts';
import { difference, sequencesOf, type Sequences } from '../support/sequences.ts';
import {
  createTinyModels,
  tinyFamilyNames,
  tinyMemoryKinds,
  type LoadTuning,
  type TinyFamily,
} from '../support/tiny-models.ts';

const models = createTinyModels();
afterAll(() => models.remove());

/**
 * Shares of the largest logit. With batches below 64 rows the same bits come out on every x86 variant of the
 * library that was tried; the tolerance leaves room for other processors.
 */
const same = 1e-3;
/**
 * From 64 rows on, attention adds up by groups of cells and in 32 bits instead of 16: the neighbours in a batch
 * and the place in the cache show in the logits, by up to half a hundredth. So a request's greedy text may change
 * with its neighbours where two tokens are about as likely, and logits are what can be compared.
 */
const sameInOtherBatch = 2e-2;
/** What a wrong prefix makes of the logits is far above both. */
const different = 0.1;

const tokens = (count: number, from: number, step: number) =>
  Array.from({ length: count }, (_, at) => 10 + ((from + at * step) % 300));
/** Tokens that sliding layers look back, in every tiny family that has them. */
const window = 16;
/** Longer than the window. */
const prefix = tokens(40, 3, 7);
const suffix = tokens(6, 5, 31);
const detour = tokens(8, 11, 13);
/** One sequence, and two others with much to do. */
const longBatch = [
  { sequence: 0, tokens: detour },
  { sequence: 1, tokens: tokens(250, 7, 5) },
  { sequence: 2, tokens: tokens(250, 9, 3) },
];
/** On a busy machine the batch may be done before it can be broken off. */
const inTime = { retry: 5 };

/** As contexts are on a processor: short, for want of memory, and long. */
const ways: readonly [string, LoadTuning][] = [
  ['own cells', { cellLayout: 'own' }],
  ['shared cells', { cellLayout: 'shared' }],
  ['own cells and no flash attention', { cellLayout: 'own', flashAttention: 'off' }],
];

describe.each(ways)('with %s', (_way, tuning) => {
  describe.each(tinyFamilyNames)('%s', (family) => {
    const { sequences, ...model } = loaded(family, tuning);

    it(`has a memory of ${tinyMemoryKinds[family]}`, () => {
      expect(model.kind()).toBe(tinyMemoryKinds[family]);
    });

    it('answers something else to another prefix', async () => {
      const expected = await model.afterPrefix(prefix);

      expect(difference(await model.afterPrefix(tokens(40, 40, 11)), expected)).toBeGreaterThan(different);
    });

    it('gives four sequences in one batch the logits that each has alone', async () => {
      const prompts = [prefix, tokens(20, 40, 11), tokens(9, 90, 17), detour];
      const alone: Float32Array[] = [];
      for (const [sequence, prompt] of prompts.entries()) {
        await sequences().continue(sequence, prompt);
        alone.push(await sequences().continue(sequence, [20 + sequence]));
      }
      sequences().clear();
      await sequences().decode(prompts.map((prompt, sequence) => ({ sequence, tokens: prompt })));
      const together = await sequences().decode(prompts.map((_, sequence) => ({ sequence, tokens: [20 + sequence] })));
      const apart = together.map((logits, at) => difference(logits, alone[at] ?? new Float32Array()));

      expect(Math.max(...apart)).toBeLessThan(sameInOtherBatch);
    });

    it('goes on from a copy as from the original, and from the original as before', async () => {
      const expected = await model.afterPrefix(prefix);
      await sequences().continue(0, prefix);
      sequences().copy(0, 1);

      expect(difference(await sequences().continue(1, suffix), expected)).toBeLessThan(same);
      expect(difference(await sequences().continue(0, suffix), expected)).toBeLessThan(same);
    });
  });

  describe.each(familiesOf('positions', 'window'))('%s', (family) => {
    const { sequences, ...model } = loaded(family, tuning);

    it('goes on like a fresh sequence once what follows the prefix is cut off', async () => {
      const expected = await model.afterPrefix(prefix);
      await sequences().continue(0, [...prefix, ...detour]);

      expect(sequences().cut(0, prefix.length)).toBe(true);
      expect(sequences().positions(0)).toEqual([0, prefix.length - 1]);
      expect(difference(await sequences().continue(0, suffix), expected)).toBeLessThan(same);
    });

    it('shares the prefix alone with another sequence', async () => {
      const expected = await model.afterPrefix(prefix);
      await sequences().continue(0, [...prefix, ...detour]);
      sequences().copy(0, 1, prefix.length);

      expect(difference(await sequences().continue(1, suffix), expected)).toBeLessThan(same);
    });

    it('can be cut back to where it was before a batch that was broken off', inTime, async () => {
      const expected = await model.afterPrefix(prefix);
      await sequences().continue(0, prefix);

      expect(await sequences().breakOff(longBatch)).toBe('aborted');
      expect(sequences().cut(0, prefix.length)).toBe(true);
      expect(sequences().positions(0)).toEqual([0, prefix.length - 1]);
      expect(difference(await sequences().continue(0, suffix), expected)).toBeLessThan(same);
    });
  });

  describe.each(familiesOf('state'))('%s', (family) => {
    const { sequences, ...model } = loaded(family, tuning);

    it('refuses to be cut, and goes on as if nobody had asked', async () => {
      const expected = await model.afterPrefix([...prefix, ...detour]);
      await sequences().continue(0, [...prefix, ...detour]);

      expect(sequences().cut(0, prefix.length)).toBe(false);
      expect(difference(await sequences().continue(0, suffix), expected)).toBeLessThan(same);
    });

    it('is lost in a batch that was broken off, and right again once it is read anew', inTime, async () => {
      const expected = await model.afterPrefix(prefix);
      await sequences().continue(0, prefix);

      expect(await sequences().breakOff(longBatch)).toBe('aborted');
      expect(sequences().cut(0, prefix.length)).toBe(false);
      sequences().clear();
      expect(difference(await model.afterPrefix(prefix), expected)).toBeLessThan(same);
    });
  });
});

describe('with shared cells', () => {
  // Mamba has a state for each sequence and nothing that fills up.
  describe.each(tinyFamilyNames.filter((family) => family !== 'mamba2'))('%s', (family) => {
    const { sequences, ...model } = loaded(family, { cellLayout: 'shared' });

    it('goes on as if a batch for which there was no room had never been', async () => {
      const expected = await model.afterPrefix(prefix);
      await sequences().continue(0, prefix);
      await sequences().continue(1, tokens(500, 7, 5));
      await sequences().continue(1, tokens(480, 9, 3));
      const batch = [
        { sequence: 0, tokens: suffix },
        { sequence: 2, tokens: detour },
      ];

      await expect(sequences().decode(batch)).rejects.toThrow('the decode ended as no-cells');
      sequences().cut(1, 0);
      expect(difference(await sequences().continue(0, suffix), expected)).toBeLessThan(same);
    });
  });

  describe.each(familiesOf('window'))('%s, when others wrote over what its window left', (family) => {
    const { sequences, ...model } = loaded(family, { cellLayout: 'shared' });

    /**
     * A sequence that ends leaves room in front of another. The next one takes it, and behind it the cells that
     * the sliding layers of the other no longer look at. Nothing of the other was removed.
     */
    async function overwrite(): Promise<number> {
      await sequences().continue(0, tokens(10, 1, 3));
      await sequences().continue(1, [...prefix, ...detour]);
      sequences().cut(0, 0);
      await sequences().continue(2, tokens(20, 7, 5));
      return sequences().positions(1)[0];
    }

    it('can be cut where the whole window before the cut is left', async () => {
      const lowest = await overwrite();
      const length = lowest + window - 1;
      expect(lowest).toBeGreaterThan(0);
      expect(sequences().cut(1, length)).toBe(true);
      const logits = await sequences().continue(1, suffix);

      expect(difference(logits, await model.afterPrefix(prefix.slice(0, length)))).toBeLessThan(same);
    });

    it('is wrong after a cut further back, which nothing but the lowest position tells', async () => {
      const lowest = await overwrite();
      const length = lowest + 2;
      expect(sequences().cut(1, length)).toBe(true);
      const logits = await sequences().continue(1, suffix);

      expect(difference(logits, await model.afterPrefix(prefix.slice(0, length)))).toBeGreaterThan(10 * same);
    });
  });

  describe.each(familiesOf('state'))('%s', (family) => {
    const { sequences, ...model } = loaded(family, { cellLayout: 'shared' });

    it('copies a prefix alone wrongly, without saying so', async () => {
      const expected = await model.afterPrefix(prefix);
      await sequences().continue(0, [...prefix, ...detour]);
      sequences().copy(0, 1, prefix.length);

      expect(difference(await sequences().continue(1, suffix), expected)).toBeGreaterThan(10 * same);
    });
  });
});

function familiesOf(...wanted: readonly MemoryKind[]): TinyFamily[] {
  return tinyFamilyNames.filter((family) => wanted.includes(tinyMemoryKinds[family]));
}

/** Loads a family for the tests around it, each of which finds its sequences empty. */
function loaded(family: TinyFamily, tuning: LoadTuning) {
  let model: Awaited<ReturnType<typeof models.load>>;
  let sequences: Sequences;
  beforeAll(async () => {
    model = await models.load(family, tuning);
    sequences = sequencesOf(model.context);
    return () => model.library.freeContext(model.context.context);
  });
  afterEach(() => sequences.clear());
  return {
    sequences: () => sequences,
    kind: () => model.context.memoryKind,
    /** The logits after a prefix and the suffix, on sequences that hold nothing else. */
    async afterPrefix(start: readonly number[]): Promise<Float32Array> {
      sequences.clear();
      await sequences.continue(0, start);
      const logits = await sequences.continue(0, suffix);
      sequences.clear();
      return logits;
    },
  };
}
