import type { ServedModel } from '../engines/registry.ts';
import { ManifoldError } from '../errors.ts';
import { closest } from '../lib/closest.ts';

/** Looks models up by the name clients ask for. */
export interface Models {
  list(): readonly ServedModel[];
  has(id: string): boolean;
  /** The model of this id, or `model_not_found` naming those that come closest. */
  resolve(id: string): ServedModel;
}

/** The models this server knows, by id. */
export function createModels(served: readonly ServedModel[]): Models {
  const byId = new Map(served.map((model) => [model.id, model]));
  return {
    list: () => served,
    has: (id) => byId.has(id),
    resolve(id) {
      const model = byId.get(id);
      if (model) return model;
      const names = closest(id, [...byId.keys()]);
      const hint =
        names.length > 0
          ? `Did you mean ${names.map((name) => `\`${name}\``).join(', ')}?`
          : 'GET /v1/models lists what is served.';
      throw new ManifoldError('model_not_found', `The model \`${id.slice(0, 128)}\` does not exist. ${hint}`, {
        param: 'model',
      });
    },
  };
}
