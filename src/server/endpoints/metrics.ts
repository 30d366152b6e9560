import type { Metrics } from '../../observability/metrics.ts';
import type { Endpoint } from '../endpoint.ts';

export function metricsEndpoint(metrics: Metrics): Endpoint {
  return {
    method: 'GET',
    path: '/v1/metrics',
    access: 'metrics',
    summary: 'Figures in Prometheus text',
    operation: { id: 'getMetrics', tag: 'Health', response: { type: 'string' }, responseType: 'text/plain' },
    handle: async (_request, reply) => reply.type(metrics.contentType).send(await metrics.render()),
  };
}
