import { mayUseModel } from '../../access/may-use.ts';
import type { Principal } from '../../access/principal.ts';
import type { ModelCard } from '../../catalog/card.ts';
import type { ServedModel } from '../../engines/served-model.ts';
import { ManifoldError } from '../../errors.ts';

/** The models that somebody may use, by the name clients ask for. */
export interface UsableModels {
  /** Those that are served here. */
  list(): readonly ServedModel[];
  /** Those that are known and not among these. */
  knownBeside(served: readonly ServedModel[]): readonly ModelCard[];
  has(name: string): boolean;
  /**
   * What records, logs and metrics call the model that somebody asks for: its id where one is served, and where they may
   * know of it.
   */
  idOf(name: string): string | undefined;
  /** The model, or the error that says why there is none. */
  resolve(name: string): ServedModel;
}

interface Parts {
  /** All that are served. */
  readonly list: () => readonly ServedModel[];
  readonly find: (name: string) => ServedModel | undefined;
  readonly knownBeside: UsableModels['knownBeside'];
  /** What to say of an id that there is no model for, naming none but these. */
  readonly absence: (id: string, among: readonly ServedModel[]) => ManifoldError;
  /** The family of a served model, by its id, where it is known. */
  readonly familyOf: (id: string) => string | undefined;
  /** Whether a model that a key may not use is to it as if it did not exist. */
  readonly hidesModels: boolean;
}

/** The models that a key may use: any other is `model_not_allowed`, or as if it did not exist where that is wanted. */
export function usableBy(
  principal: Principal,
  { list, find, knownBeside, absence, familyOf, hidesModels }: Parts,
): UsableModels {
  // The model that was found is asked about, whatever name it was found by.
  const isUsable = ({ id }: ServedModel) => mayUseModel(principal, { id, family: familyOf(id) });
  const mine = () => list().filter(isUsable);
  return {
    list: mine,
    knownBeside: (served) => knownBeside(served).filter((card) => mayUseModel(principal, card)),
    has(id) {
      const model = find(id);
      return model !== undefined && isUsable(model);
    },
    idOf(name) {
      const model = find(name);
      return model && (isUsable(model) || !hidesModels) ? model.id : undefined;
    },
    resolve(id) {
      const model = find(id);
      if (model && isUsable(model)) return model;
      throw model && !hidesModels ? notAllowed(id) : absence(id, mine());
    },
  };
}

function notAllowed(id: string): ManifoldError {
  return new ManifoldError(
    'model_not_allowed',
    `This API key may not use the model \`${id.slice(0, 128)}\`. GET /v1/models lists those it may.`,
    { param: 'model' },
  );
}
