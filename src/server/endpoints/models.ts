import { z } from 'zod';
import { model as modelSchema, modelList } from '../../api/model.ts';
import type { Models } from '../../inference/models.ts';
import { callableFirst, describeKnown, describeServed } from '../describe-model.ts';
import type { Endpoint } from '../endpoint.ts';
import { principalOf } from '../exchange.ts';
import { pathParameter } from '../path-parameter.ts';
import { validate } from '../validate.ts';

/** `?catalogue=all`: the models that are known too, not only those that are served. */
const query = z.object({ catalogue: z.enum(['served', 'all']).default('served') });

export function listModels(models: Models): Endpoint {
  return {
    method: 'GET',
    path: '/v1/models',
    access: 'inference',
    summary: 'List the models that the key may use; with ?catalogue=all those that are known and not served, too',
    operation: { id: 'listModels', tag: 'Models', query, response: modelList },
    async handle(request) {
      const usable = models.usableBy(principalOf(request.exchange));
      const { catalogue } = validate(query, request.query);
      const served = usable.list();
      const known = catalogue === 'all' ? usable.knownBeside(served) : [];
      const data = [
        ...served.map((model) => describeServed(model, models.cardOf(model.id))),
        ...known.map(describeKnown),
      ];
      return { object: 'list', data: callableFirst(data) };
    },
  };
}

export function getModel(models: Models): Endpoint {
  return {
    method: 'GET',
    path: '/v1/models/*',
    access: 'inference',
    summary: 'Describe one model by any of its names, which may hold slashes, raw or as %2F',
    operation: {
      id: 'getModel',
      tag: 'Models',
      restName: 'model',
      query,
      response: modelSchema,
      failures: { 404: 'Requested model not found.', 410: 'The model is retired.' },
    },
    async handle(request) {
      const name = pathParameter(request, '*');
      const { catalogue } = validate(query, request.query);
      const usable = models.usableBy(principalOf(request.exchange));
      const known = catalogue === 'all' && !models.has(name) ? models.cardOf(name) : undefined;
      // What the list does not show is told here as little: whether it is served or not makes no difference.
      if (known !== undefined && usable.knownBeside([]).includes(known)) return describeKnown(known);
      const model = usable.resolve(name);
      return describeServed(model, models.cardOf(model.id));
    },
  };
}
