import type { Cards } from '../../catalog/cards.ts';
import { standingOf } from '../../catalog/standing.ts';
import { ManifoldError } from '../../errors.ts';
import { closest } from '../../lib/closest.ts';

interface Known {
  /** Ids of the models that are served. */
  readonly served: readonly string[];
  readonly cards: Cards;
}

/**
 * Why a model that nobody serves here cannot be called. One that is known: what would make it callable, or
 * `model_retired` with its successor. One that is not: `model_not_found` with the names that come closest, served ones
 * first.
 */
export function missingModel(name: string, { served, cards }: Known): ManifoldError {
  const shown = name.slice(0, 128);
  const card = cards.find(name);
  if (card === undefined) {
    const hint = name.startsWith('hf:') ? hubHint(shown) : nameHint(name, served, cards);
    return new ManifoldError('model_not_found', `The model \`${shown}\` does not exist. ${hint}`, { param: 'model' });
  }
  const { state, reason } = standingOf(card);
  if (state === 'retired') {
    return new ManifoldError('model_retired', `The model \`${card.id}\` is retired. ${reason}`, {
      param: 'model',
      retirement: { on: card.retired?.on, successor: card.retired?.successor },
    });
  }
  return new ManifoldError('model_not_found', `The model \`${card.id}\` is known but not served here. ${reason}`, {
    param: 'model',
  });
}

function nameHint(name: string, served: readonly string[], cards: Cards): string {
  const known = cards.all().map(({ id }) => id);
  const names = closest(name, [...served, ...known.filter((id) => !served.includes(id))]);
  if (names.length === 0) return 'GET /v1/models lists what is served.';
  return `Did you mean ${names.map((each) => `\`${each}\``).join(', ')}?`;
}

function hubHint(reference: string): string {
  return `\`manifold pull ${reference}\` gets it from the hub, and \`models: [{ path: '${reference}' }]\` serves it.`;
}
