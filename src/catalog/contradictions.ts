import type { ModelCard } from './card.ts';
import { namesOf } from './cards.ts';
import type { CardProblem, ReadCards } from './read-cards.ts';

/**
 * What cards say against each other: ids and names that two of them have, successors that have no card. `known`: other
 * cards, which they may name and whose place they may take.
 */
export function findContradictions(cards: ReadCards['cards'], known: readonly ModelCard[] = []): CardProblem[] {
  const owners = new Map<string, string>();
  const problems: CardProblem[] = [];
  const ids = new Set([...cards.map(({ card }) => card.id), ...known.map(({ id }) => id)]);
  for (const { file, card } of cards) {
    for (const name of new Set(namesOf(card).map((each) => each.toLowerCase()))) {
      const owner = owners.get(name);
      if (owner === undefined) owners.set(name, card.id);
      else if (owner === card.id) problems.push({ file, problem: `Another card has the id \`${card.id}\` too.` });
      else problems.push({ file, problem: `The name \`${name}\` is \`${owner}\`'s already.` });
    }
    const successor = card.retired?.successor;
    if (successor !== undefined && !ids.has(successor))
      problems.push({ file, problem: `Its successor \`${successor}\` has no card.` });
  }
  return problems;
}
