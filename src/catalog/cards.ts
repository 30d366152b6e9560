import type { ModelCard } from './card.ts';

/** The models that are known, whether they can be called here or not. */
export interface Cards {
  all(): readonly ModelCard[];
  /**
   * The card of this name: its id, hub repository or an alias, whatever the case of its letters, or the last part of
   * its id where only one card has it.
   */
  find(name: string): ModelCard | undefined;
}

/**
 * The cards that `load` gives, which is called when the first is asked for. Where two have the same id the first
 * counts, and where two have the same name it is the first one's.
 */
export function createCards(load: () => readonly ModelCard[]): Cards {
  let loaded: Loaded | undefined;
  const get = (): Loaded => (loaded ??= index(load()));
  return {
    all: () => get().all,
    find(name) {
      const { byName, byShortName } = get();
      const key = name.toLowerCase();
      const short = byShortName.get(key);
      return byName.get(key) ?? (short === 'several' ? undefined : short);
    },
  };
}

/** Every name by which a card is meant, its id first; letters' case does not matter in any. */
export function namesOf({ id, weights, aliases = [] }: ModelCard): string[] {
  return [id, ...(weights === undefined ? [] : [weights]), ...aliases];
}

interface Loaded {
  readonly all: readonly ModelCard[];
  readonly byName: ReadonlyMap<string, ModelCard>;
  readonly byShortName: ReadonlyMap<string, ModelCard | 'several'>;
}

function index(given: readonly ModelCard[]): Loaded {
  const byId = new Map<string, ModelCard>();
  for (const card of given) if (!byId.has(card.id.toLowerCase())) byId.set(card.id.toLowerCase(), card);
  const all = [...byId.values()];
  const byName = new Map(byId);
  for (const card of all) {
    for (const name of namesOf(card)) if (!byName.has(name.toLowerCase())) byName.set(name.toLowerCase(), card);
  }
  const byShortName = new Map<string, ModelCard | 'several'>();
  for (const card of all) {
    const short = card.id.slice(card.id.lastIndexOf('/') + 1).toLowerCase();
    byShortName.set(short, byShortName.has(short) ? 'several' : card);
  }
  return { all, byName, byShortName };
}
