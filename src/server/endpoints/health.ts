import { health, version as versionSchema } from '../../api/health.ts';
import { ManifoldError } from '../../errors.ts';
import type { Models } from '../../inference/models/models.ts';
import type { Endpoint } from '../endpoint.ts';
import { errorBodyOf, errorHeaders } from '../error-response.ts';
import type { RunningExchanges } from '../running-exchanges.ts';

const object = 'health.response';

export function live(): Endpoint {
  return {
    method: 'GET',
    path: '/v1/health/live',
    access: 'public',
    summary: 'Whether the server runs',
    operation: { id: 'healthLive', tag: 'Health', response: health },
    handle: async () => ({ object, message: 'Service is live.', status: 'live' }),
  };
}

export function ready(models: Models, running: RunningExchanges): Endpoint {
  return {
    method: 'GET',
    path: '/v1/health/ready',
    access: 'public',
    summary: 'Whether a request sent now would be answered',
    operation: {
      id: 'healthReady',
      tag: 'Health',
      response: health,
      failures: { 503: 'No model is ready, or the server is stopping.' },
    },
    async handle(_request, reply) {
      const reason = unreadiness(models, running);
      if (!reason) return { object, message: 'Service is ready.', status: 'ready' };
      reply.code(503).headers(errorHeaders(reason));
      // NIM's health fields for probes that read them, and the error every other failure has.
      const { error } = errorBodyOf(reason);
      return { object, message: reason.message, status: 'not_ready', error };
    },
  };
}

export function versionEndpoint(release: string): Endpoint {
  return {
    method: 'GET',
    path: '/v1/version',
    access: 'key',
    summary: 'The release, and the version of the API it implements',
    operation: { id: 'getVersion', tag: 'Health', response: versionSchema },
    handle: async () => ({ release, api: '1.0.0' }),
  };
}

function unreadiness(models: Models, running: RunningExchanges): ManifoldError | undefined {
  if (running.isDraining) return new ManifoldError('shutting_down', 'The server is shutting down.');
  const states = models.list().map(({ engine }) => engine.state());
  const kinds = new Set(states.map(({ kind }) => kind));
  // What a request brings into memory answers it, if later.
  if (kinds.has('ready') || states.some((state) => state.kind === 'loading' && state.isOnDemand)) return undefined;
  if (kinds.has('available') && !kinds.has('loading')) return undefined;
  if (kinds.has('loading')) return new ManifoldError('model_loading', 'No model is ready yet; one is loading.');
  return new ManifoldError('model_unavailable', 'No model is available.');
}
