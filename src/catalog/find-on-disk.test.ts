import { describe, expect, it } from 'vitest';
import type { GgufSource, ModelCard } from './card.ts';
import { createCards } from './cards.ts';
import { findOnDisk, type WeightsOnDisk } from './find-on-disk.ts';

function card(id: string, ...gguf: GgufSource[]): ModelCard {
  return { id, publisher: 'p', family: 'f', gguf, sources: { general: ['id'] } };
}

/** A store of whole files, by repository and quantisation. */
function weightsOf(
  files: readonly (readonly [repository: string, quantization: string])[],
  asked: GgufSource[] = [],
): WeightsOnDisk {
  const listed = files.map(([repository, quantization]) => ({
    reference: `hf:${repository}:${quantization}`,
    repository,
    quantization,
    path: `/cache/${repository}/${quantization}.gguf`,
  }));
  return {
    list: async () => listed,
    async find(source) {
      asked.push(source);
      const fits = listed.find(
        ({ repository, quantization }) =>
          repository.toLowerCase() === source.repository.toLowerCase() &&
          (source.quantization ?? quantization) === quantization,
      );
      return fits?.path;
    },
  };
}

const cards = createCards(() => [
  card('a/one', { repository: 'Hub/One-GGUF', quantization: 'Q8_0' }, { repository: 'other/one-GGUF' }),
  card('a/two', { repository: 'hub/two-GGUF' }),
]);

describe('models on disk', () => {
  it('are none of the files that only belong to one', async () => {
    const path = (name: string) => `/lora/hub/models--org--x/snapshots/1/${name}.gguf`;
    const files = ['x-Q4_0', 'mmproj-F16', 'x-lora-F16'].map((name) => ({ reference: name, path: path(name) }));
    const weights = {
      list: async () => files.map((file) => ({ ...file, repository: 'org/x' })),
      find: async () => undefined,
    };

    expect((await findOnDisk(cards, weights)).map(({ id }) => id)).toEqual(['x-Q4_0']);
  });

  it('are none of the files that are of no repository: their path is nothing that clients may know', async () => {
    const path = '/home/me/.cache/manifold/weights/local/x.gguf';
    const weights = {
      list: async () => [{ reference: path, repository: undefined, path }],
      find: async () => undefined,
    };

    expect(await findOnDisk(cards, weights)).toEqual([]);
  });

  it('are those of cards under their ids, and others under what finds their weights', async () => {
    const weights = weightsOf([
      ['stranger/x', 'Q4_K_M'],
      ['hub/two-GGUF', 'Q4_K_M'],
      ['hub/one-GGUF', 'Q8_0'],
    ]);

    expect(await findOnDisk(cards, weights)).toEqual([
      { id: 'a/one', path: '/cache/hub/one-GGUF/Q8_0.gguf', card: cards.find('a/one') },
      { id: 'a/two', path: '/cache/hub/two-GGUF/Q4_K_M.gguf', card: cards.find('a/two') },
      { id: 'hf:stranger/x:Q4_K_M', path: '/cache/stranger/x/Q4_K_M.gguf', card: undefined },
    ]);
  });

  it('are of a later source where the first is not here, and no others where the quantisation is another', async () => {
    const weights = weightsOf([
      ['hub/one-GGUF', 'Q4_0'],
      ['other/one-GGUF', 'Q5_K_M'],
    ]);

    expect((await findOnDisk(cards, weights)).map(({ id, path }) => [id, path])).toEqual([
      ['a/one', '/cache/other/one-GGUF/Q5_K_M.gguf'],
      ['hf:hub/one-GGUF:Q4_0', '/cache/hub/one-GGUF/Q4_0.gguf'],
    ]);
  });

  it('are looked for only in repositories that are here', async () => {
    const asked: GgufSource[] = [];
    await findOnDisk(cards, weightsOf([['hub/two-GGUF', 'Q4_K_M']], asked));

    expect(asked).toEqual([{ repository: 'hub/two-GGUF' }]);
  });
});
