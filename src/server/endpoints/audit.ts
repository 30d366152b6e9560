import type { Keys } from '../../access/keys.ts';
import { auditList, auditQuery } from '../../api/key.ts';
import type { Endpoint } from '../endpoint.ts';
import { validate } from '../requests/validate.ts';
import { managerOf } from './keys.ts';

/** What was done to keys and to the server's models, by whom. */
export function auditEndpoint(keys: Pick<Keys, 'audit'>): Endpoint {
  return {
    method: 'GET',
    path: '/v1/manifold/audit',
    access: 'admin',
    summary: 'List what was done to keys and models, newest first',
    operation: { id: 'listAudit', tag: 'Keys', query: auditQuery, response: auditList },
    async handle(request) {
      const query = validate(auditQuery, { ...(request.query as object) });
      const data = await keys.audit(managerOf(request), query);
      return { object: 'list', data, next: data.length === query.limit ? (data.at(-1)?.id ?? null) : null };
    },
  };
}
