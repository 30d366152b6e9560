import { join } from 'node:path';
import { readBundledCards } from '../catalog/bundled-cards.ts';
import { createCards, type Cards } from '../catalog/cards.ts';
import { readCards, type CardProblem } from '../catalog/read-cards.ts';
import type { Config } from '../config/config.ts';
import { packageRoot } from '../config/package-root.ts';

interface OpenedCards {
  readonly cards: Cards;
  /** Of the user's own cards. */
  readonly problems: readonly CardProblem[];
}

/**
 * The cards of the configuration's folder, then those that come with the package: a card of the user's with an id of
 * the package's is in its place. The package's are read when the first is asked for.
 */
export async function openCards({ catalog }: Config): Promise<OpenedCards> {
  const { cards: own, problems } =
    catalog.dir === undefined ? { cards: [], problems: [] } : await readCards(catalog.dir);
  const cards = createCards(() => [...own.map(({ card }) => card), ...readBundledCards(bundledCardsFile)]);
  return { cards, problems };
}

/** Where `npm run generate` puts the cards of `models/`. */
export const bundledCardsFile = join(packageRoot, 'models', 'cards.jsonl');
