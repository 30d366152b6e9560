import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { model as modelSchema, modelList } from '../../api/model.ts';
import type { Models } from '../../inference/models/models.ts';
import { callableFirst, describeKnown, describeServed } from '../describe-model.ts';
import type { Endpoint } from '../endpoint.ts';
import { principalOf } from '../exchange.ts';
import { ignoredNames } from '../requests/ignored-names.ts';
import { pathParameter } from '../path-parameter.ts';
import { tellIgnored } from '../tell-fields.ts';
import { validate } from '../requests/validate.ts';

/** `?catalogue=all`: the models that are known too, not only those that are served. */
const query = z.object({ catalogue: z.enum(['served', 'all']).default('served') });

export function listModels(models: Models): Endpoint {
  return {
    method: 'GET',
    path: '/v1/models',
    access: 'inference',
    summary: 'List the models that the key may use; with ?catalogue=all those that are known and not served, too',
    operation: { id: 'listModels', tag: 'Models', query, response: modelList },
    async handle(request, reply) {
      const usable = models.usableBy(principalOf(request.exchange));
      const { catalogue } = readQuery(request, reply);
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
    async handle(request, reply) {
      const name = pathParameter(request, '*');
      const { catalogue } = readQuery(request, reply);
      const usable = models.usableBy(principalOf(request.exchange));
      const known = catalogue === 'all' && !models.has(name) ? models.cardOf(name) : undefined;
      // What the list does not show is told here as little: whether it is served or not makes no difference.
      if (known !== undefined && usable.knownBeside([]).includes(known)) return describeKnown(known);
      const model = usable.resolve(name);
      return describeServed(model, models.cardOf(model.id));
    },
  };
}

/** Programs send parameters of their own here, such as their version: what is not known is named and no failure. */
function readQuery({ query: given }: FastifyRequest, reply: FastifyReply): z.output<typeof query> {
  tellIgnored(reply, ignoredNames(given as object, query.shape));
  return validate(query, given);
}
