import type { Principal } from '../access/principal.ts';
import type { ServedModel } from '../engines/served-model.ts';
import { ManifoldError } from '../errors.ts';
import { closest } from '../lib/closest.ts';
import { usableBy, type UsableModels } from './usable-models.ts';

/** Looks models up by the name clients ask for. */
export interface Models extends UsableModels {
  /**
   * The model of this id, or `model_not_found` naming those that come closest; `no_engine_available` while it may be one
   * of a server that was not reached yet.
   */
  resolve(id: string): ServedModel;
  /** Those of them that a key may use. */
  usableBy(principal: Principal): UsableModels;
}

/** Models that come and go while the server runs: what another server lists. */
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
  /** The family of a served model, by its id. Default: none is known. */
  readonly familyOf?: (id: string) => string | undefined;
}

/** The models this server knows, by id. Its own go before those of others, which go in their order. */
export function createModels(
  own: readonly ServedModel[],
  others: readonly ChangingModels[] = [],
  { hidesModels = false, familyOf = () => undefined }: ModelOptions = {},
): Models {
  const byId = new Map(own.map((model) => [model.id, model]));
  const find = (id: string): ServedModel | undefined => {
    const ours = byId.get(id);
    if (ours) return ours;
    for (const other of others) {
      const theirs = other.find(id);
      if (theirs) return theirs;
    }
    return undefined;
  };
  const list = (): readonly ServedModel[] => {
    if (others.length === 0) return own;
    const all = [...own, ...others.flatMap((other) => other.models())];
    return all.filter((model) => find(model.id) === model);
  };
  const absence = (id: string, among: readonly ServedModel[]): ManifoldError =>
    others.some((other) => other.mayHaveMore()) ? unknownYet(id) : unknown(id, among);
  return {
    list,
    has: (id) => find(id) !== undefined,
    resolve(id) {
      const model = find(id);
      if (model) return model;
      throw absence(id, list());
    },
    usableBy: (principal) => usableBy(principal, { list, find, absence, familyOf, hidesModels }),
  };
}

/** Names that come closest are told of these models only. */
function unknown(id: string, among: readonly ServedModel[]): ManifoldError {
  const names = closest(
    id,
    among.map((each) => each.id),
  );
  const hint =
    names.length > 0
      ? `Did you mean ${names.map((name) => `\`${name}\``).join(', ')}?`
      : 'GET /v1/models lists what is served.';
  return new ManifoldError('model_not_found', `The model \`${id.slice(0, 128)}\` does not exist. ${hint}`, {
    param: 'model',
  });
}

function unknownYet(id: string): ManifoldError {
  return new ManifoldError(
    'no_engine_available',
    `The model \`${id.slice(0, 128)}\` is not known, and an engine that may have it was not reached yet; try again shortly.`,
    { param: 'model', retryAfterSeconds: soonSeconds },
  );
}
