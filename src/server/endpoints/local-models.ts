import { loadRequest, localModel, localModelList, unloadRequest, type LocalModel } from '../../api/local-models.ts';
import type { LocalModels } from '../../inference/local-models.ts';
import type { Models } from '../../inference/models/models.ts';
import { parseDuration } from '../../lib/duration.ts';
import { ManifoldError } from '../../errors.ts';
import type { Endpoint } from '../endpoint.ts';
import { stateReason } from '../state-reason.ts';
import { validate } from '../requests/validate.ts';

const tag = 'Local models';
const failures = { 404: 'No local model has this id.', 503: 'It cannot be loaded; the error says why.' };

/** The models of this machine: which are loaded, and bringing one into memory or out of it. */
export function localModelRoutes(local: LocalModels, models: Pick<Models, 'find'>): Endpoint[] {
  // By any of its names, as a request reaches it.
  const idOf = (name: string) => models.find(name)?.id ?? name;
  return [
    {
      method: 'GET',
      path: '/v1/manifold/ps',
      access: 'admin',
      summary: 'The local models, and what each takes of the machine',
      operation: { id: 'listLocalModels', tag, response: localModelList },
      handle: async () => ({ object: 'list', data: local.report().map(describe) }),
    },
    {
      method: 'POST',
      path: '/v1/manifold/load',
      access: 'admin',
      summary: 'Load a local model; answers when it is ready',
      operation: { id: 'loadModel', tag, requestBody: loadRequest, response: localModel, failures },
      async handle({ body, exchange }) {
        const { model: name, keep_alive: keepAlive } = validate(loadRequest, body);
        const model = idOf(name);
        const keepAliveMs = keepAlive === undefined ? undefined : parseDuration(keepAlive);
        await local.load(model, { keepAliveMs }, exchange.controller.signal);
        return reported(local, model);
      },
    },
    {
      method: 'POST',
      path: '/v1/manifold/unload',
      access: 'admin',
      summary: 'Unload a local model once its requests are answered; answers when its memory is free',
      operation: { id: 'unloadModel', tag, requestBody: unloadRequest, response: localModel, failures },
      async handle({ body, exchange }) {
        const model = idOf(validate(unloadRequest, body).model);
        await local.unload(model, exchange.controller.signal);
        return reported(local, model);
      },
    },
  ];
}

function reported(local: LocalModels, id: string): LocalModel {
  const report = local.report().find((each) => each.id === id);
  // It may have been taken away meanwhile.
  if (!report) throw new ManifoldError('model_not_found', `There is no local model \`${id}\`.`, { param: 'model' });
  return describe(report);
}

function describe({ id, state, isPinned, users, ...facts }: ReturnType<LocalModels['report']>[number]): LocalModel {
  const isReady = state.kind === 'ready';
  return {
    id,
    object: 'manifold.local_model',
    state: state.kind,
    progress: state.kind === 'loading' ? state.progress : null,
    reason: stateReason(state, 'operator'),
    pinned: isPinned,
    requests: users,
    memory_planned: facts.neededBytes ?? null,
    memory_resident: facts.residentBytes ?? null,
    context_length: isReady ? state.contextLength : null,
    slots: isReady ? state.slots : null,
    threads: facts.threads ?? null,
    pid: facts.pid ?? null,
    expires_in: facts.expiresInMs === undefined ? null : facts.expiresInMs / 1000,
  };
}
