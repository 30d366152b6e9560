import type { Keys } from '../../access/keys.ts';
import { auditEntry, longestTarget } from '../../api/key.ts';
import type { Endpoint } from '../endpoint.ts';
import { managerOf } from './keys.ts';

/** Routes whose body names a model, each call of which is in the audit log, under the last word of its path, before anything is done. */
export function audited(endpoint: Endpoint, keys: Pick<Keys, 'note'>): Endpoint {
  const action = auditEntry.shape.action.parse(endpoint.path.slice(endpoint.path.lastIndexOf('/') + 1));
  return {
    ...endpoint,
    async handle(request, reply) {
      const { model, dry_run: isTrial } = {
        ...(request.body as { readonly model?: unknown; readonly dry_run?: unknown } | undefined),
      };
      // A body without a model is refused; a trial does nothing.
      if (typeof model === 'string' && isTrial !== true) {
        await keys.note(managerOf(request), { action, target: model.slice(0, longestTarget), details: {} });
      }
      return endpoint.handle(request, reply);
    },
  };
}
