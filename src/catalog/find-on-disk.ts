import { basename } from 'node:path';
import type { GgufSource, ModelCard } from './card.ts';
import type { Cards } from './cards.ts';
import { isAccessory } from './weights/choose-files.ts';

/** The weights on this machine, as far as cards need to know them. */
export interface WeightsOnDisk {
  /** What there is; `reference` is what finds it again: `hf:org/name:Q4_K_M`, or a path. */
  list(): Promise<
    readonly { readonly reference: string; readonly repository: string | undefined; readonly path: string }[]
  >;
  /** The file that an engine opens; undefined when not all of the weights are here. */
  find(source: GgufSource): Promise<string | undefined>;
}

/** A model that could be loaded now. */
export interface ModelOnDisk {
  /** The card's id; of weights that no card names, their reference. */
  readonly id: string;
  readonly path: string;
  readonly card: ModelCard | undefined;
}

/** The models whose weights are in the cache: those of cards, in the order of the cards, then the others. */
export async function findOnDisk(cards: Cards, weights: WeightsOnDisk): Promise<ModelOnDisk[]> {
  const listed = await weights.list();
  const repositories = new Set(listed.flatMap(({ repository }) => repository?.toLowerCase() ?? []));
  const found = await Promise.all(
    cards.all().map(async (card): Promise<ModelOnDisk[]> => {
      for (const source of card.gguf ?? []) {
        const path = repositories.has(source.repository.toLowerCase()) ? await weights.find(source) : undefined;
        if (path !== undefined) return [{ id: card.id, path, card }];
      }
      return [];
    }),
  );
  const ofCards = found.flat();
  const taken = new Set(ofCards.map(({ path }) => path));
  // A file of no repository has no name but its path, which is nothing for clients.
  const others = listed.filter(
    ({ path, repository }) => repository !== undefined && !taken.has(path) && !isAccessory(basename(path)),
  );
  return [...ofCards, ...others.map(({ reference, path }) => ({ id: reference, path, card: undefined }))];
}
