import { createHash } from 'node:crypto';
import { model as modelSchema, modelList, type Model } from '../../api/model.ts';
import type { Models } from '../../inference/models.ts';
import type { Endpoint } from '../endpoint.ts';

export function listModels(models: Models): Endpoint {
  return {
    method: 'GET',
    path: '/v1/models',
    access: 'key',
    summary: 'List the models this server answers for',
    operation: { id: 'listModels', tag: 'Models', response: modelList },
    handle: async () => ({ object: 'list', data: models.list().map(describe) }),
  };
}

export function getModel(models: Models): Endpoint {
  return {
    method: 'GET',
    path: '/v1/models/*',
    access: 'key',
    summary: 'Describe one model; its id may hold slashes, raw or as %2F',
    operation: {
      id: 'getModel',
      tag: 'Models',
      restName: 'model',
      response: modelSchema,
      failures: { 404: 'Requested model not found.' },
    },
    handle: async (request) => describe(models.resolve(idOf(request.params))),
  };
}

function idOf(params: unknown): string {
  return typeof params === 'object' && params !== null && '*' in params ? String(params['*']) : '';
}

function describe({ id, engine, created, ownedBy, base }: ReturnType<Models['resolve']>): Model {
  const state = engine.state();
  const facts = state.kind === 'ready' ? state.embedding : undefined;
  return {
    id,
    object: 'model',
    created,
    owned_by: ownedBy,
    root: base ?? id,
    parent: base ?? null,
    max_model_len: state.kind === 'ready' ? state.contextLength : null,
    permission: [permissionOf(id, created)],
    manifold: {
      state: state.kind,
      reason: state.kind === 'failed' ? state.message : state.kind === 'ready' ? (state.shrunk ?? null) : null,
      progress: state.kind === 'loading' ? state.progress : null,
      task: state.kind !== 'ready' ? null : facts === undefined ? 'chat' : 'embedding',
      images: engine.acceptsImages?.() ?? false,
      embedding: facts ?? null,
    },
  };
}

/** vLLM's and NIM's entry: the model may be sampled by whoever may see it, and no more. */
function permissionOf(id: string, created: number): object {
  return {
    id: `modelperm-${createHash('sha256').update(id).digest('hex').slice(0, 32)}`,
    object: 'model_permission',
    created,
    allow_create_engine: false,
    allow_sampling: true,
    allow_logprobs: true,
    allow_search_indices: false,
    allow_view: true,
    allow_fine_tuning: false,
    organization: '*',
    group: null,
    is_blocking: false,
  };
}
