import type { Principal } from '../../access/principal.ts';
import type { ModelCard } from '../../catalog/card.ts';
import { createCards, type Cards } from '../../catalog/cards.ts';
import type { ServedModel } from '../../engines/served-model.ts';
import { ManifoldError } from '../../errors.ts';
import { missingModel } from './missing-model.ts';
import { usableBy, type UsableModels } from './usable-models.ts';

/** Looks models up by the name clients ask for. */
export interface Models extends UsableModels {
  /**
   * The served model of this name: its id; else another name of the same model by its card; else its id in other
   * letters, or the last part of it where no other model has that. `base:adapter` goes by the names of the base.
   */
  find(name: string): ServedModel | undefined;
  /**
   * The same, or the error that says why there is none and what would help: `model_not_found`, `model_retired`, or
   * `no_engine_available` while it may be one of a server that was not reached yet.
   */
  resolve(name: string): ServedModel;
  /** What is known of a model, by any of its names. */
  cardOf(name: string): ModelCard | undefined;
  /** Those of them that a key may use. */
  usableBy(principal: Principal): UsableModels;
}

/** The models that are served, which come and go while the server runs. */
export interface ChangingModels {
  models(): readonly ServedModel[];
  find(id: string): ServedModel | undefined;
  /** Whether it may have models that are not known yet. */
  mayHaveMore(): boolean;
}

/** Seconds in which a server elsewhere is looked at again. */
const soonSeconds = 5;

interface ModelOptions {
  /** Whether a model that a key may not use is to it as if it did not exist. */
  readonly hidesModels?: boolean;
  /** What is known of models, their families too. Default: nothing. */
  readonly cards?: Cards | undefined;
}

/** The served models, and what the cards know of those and of others. */
export function createModels(
  served: ChangingModels,
  { cards = createCards(() => []), hidesModels = false }: ModelOptions = {},
): Models {
  const list = () => served.models();
  const findPlain = (name: string): ServedModel | undefined =>
    served.find(name) ?? findByOtherName(name, list(), cards);
  const find = (name: string): ServedModel | undefined => {
    const plain = findPlain(name);
    const at = name.lastIndexOf(':');
    if (plain !== undefined || at <= 0) return plain;
    // `base:adapter`, by another name of the base.
    const base = findPlain(name.slice(0, at));
    return base && served.find(base.id + name.slice(at));
  };
  const absence = (name: string, among: readonly ServedModel[]): ManifoldError =>
    served.mayHaveMore() ? unknownYet(name) : missingModel(name, { served: among.map(({ id }) => id), cards });
  const knownBeside = (those: readonly ServedModel[]): readonly ModelCard[] => {
    const ofThose = new Set(those.map(({ id }) => cards.find(id)));
    return cards.all().filter((card) => !ofThose.has(card));
  };
  const parts = { list, find, knownBeside, absence, familyOf: (id: string) => cards.find(id)?.family, hidesModels };
  return {
    list,
    knownBeside,
    find,
    has: (name) => find(name) !== undefined,
    idOf: (name) => find(name)?.id,
    resolve(name) {
      const model = find(name);
      if (model) return model;
      throw absence(name, list());
    },
    cardOf: (name) => cards.find(name),
    usableBy: (principal) => usableBy(principal, parts),
  };
}

function findByOtherName(name: string, served: readonly ServedModel[], cards: Cards): ServedModel | undefined {
  const card = cards.find(name);
  const sameModel = card && served.find(({ id }) => cards.find(id) === card);
  if (sameModel) return sameModel;
  const wanted = name.toLowerCase();
  const alike = served.filter(({ id }) => id.toLowerCase() === wanted);
  const ending = alike.length > 0 ? alike : served.filter(({ id }) => lastPart(id.toLowerCase()) === wanted);
  return ending.length === 1 ? ending[0] : undefined;
}

function lastPart(id: string): string {
  return id.slice(id.lastIndexOf('/') + 1);
}

function unknownYet(name: string): ManifoldError {
  return new ManifoldError(
    'no_engine_available',
    `The model \`${name.slice(0, 128)}\` is not known, and an engine that may have it was not reached yet; try again shortly.`,
    { param: 'model', retryAfterSeconds: soonSeconds },
  );
}
