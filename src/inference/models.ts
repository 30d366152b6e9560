import { mayUseModel } from '../access/may-use.ts';
import type { Principal } from '../access/principal.ts';
import type { ServedModel } from '../engines/served-model.ts';
import { ManifoldError } from '../errors.ts';
import { closest } from '../lib/closest.ts';

/** Looks models up by the name clients ask for. */
export interface UsableModels {
  list(): readonly ServedModel[];
  has(id: string): boolean;
  /**
   * The model of this id, or `model_not_found` naming those that come closest; `no_engine_available` while it may be one
   * of a server that was not reached yet.
   */
  resolve(id: string): ServedModel;
}

export interface Models extends UsableModels {
  /** Those that a key may use: any other is `model_not_allowed`, or as if it did not exist where that is asked for. */
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

/** The models this server knows, by id. Its own go before those of others, which go in their order. */
export function createModels(
  own: readonly ServedModel[],
  others: readonly ChangingModels[] = [],
  { hidesModels = false }: { readonly hidesModels?: boolean } = {},
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
    usableBy(principal) {
      const mine = () => list().filter((model) => mayUseModel(principal, model));
      const isMine = (model: ServedModel | undefined) => model !== undefined && mayUseModel(principal, model);
      return {
        list: mine,
        has: (id) => isMine(find(id)),
        resolve(id) {
          // The model that was found is asked about, whatever name it was found by.
          const model = find(id);
          if (model && isMine(model)) return model;
          throw model && !hidesModels ? notAllowed(id) : absence(id, mine());
        },
      };
    },
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

function notAllowed(id: string): ManifoldError {
  return new ManifoldError(
    'model_not_allowed',
    `This API key may not use the model \`${id.slice(0, 128)}\`. GET /v1/models lists those it may.`,
    { param: 'model' },
  );
}

function unknownYet(id: string): ManifoldError {
  return new ManifoldError(
    'no_engine_available',
    `The model \`${id.slice(0, 128)}\` is not known, and an engine that may have it was not reached yet; try again shortly.`,
    { param: 'model', retryAfterSeconds: soonSeconds },
  );
}
