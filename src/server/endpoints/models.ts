import { z } from 'zod';
import { model as modelSchema, modelList } from '../../api/model.ts';
import type { Models } from '../../inference/models.ts';
import { callableFirst, describeKnown, describeServed } from '../describe-model.ts';
import type { Endpoint } from '../endpoint.ts';
import { validate } from '../validate.ts';

/** `?catalogue=all`: the models that are known too, not only those that are served. */
const query = z.object({ catalogue: z.enum(['served', 'all']).default('served') });

export function listModels(models: Models): Endpoint {
  return {
    method: 'GET',
    path: '/v1/models',
    access: 'key',
    summary: 'List the models this server answers for; with ?catalogue=all those that it knows of, too',
    operation: { id: 'listModels', tag: 'Models', query, response: modelList },
    async handle(request) {
      const { catalogue } = validate(query, request.query);
      const served = models.list();
      const known = catalogue === 'all' ? models.knownBeside(served) : [];
      const data = [
        ...served.map((model) => describeServed(model, models.cardOf(model.id))),
        ...known.map((card) => describeKnown(card, today())),
      ];
      return { object: 'list', data: callableFirst(data) };
    },
  };
}

export function getModel(models: Models): Endpoint {
  return {
    method: 'GET',
    path: '/v1/models/*',
    access: 'key',
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
      const name = nameOf(request.params);
      const { catalogue } = validate(query, request.query);
      const card = models.cardOf(name);
      if (catalogue === 'all' && card !== undefined && !models.has(name)) return describeKnown(card, today());
      const model = models.resolve(name);
      return describeServed(model, models.cardOf(model.id));
    },
  };
}

function nameOf(params: unknown): string {
  return typeof params === 'object' && params !== null && '*' in params ? String(params['*']) : '';
}

function today(): string {
  return new Date().toISOString().slice(0, 10);
}
