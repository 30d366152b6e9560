import type { Principal } from '../../access/principal.ts';
import { me } from '../../api/me.ts';
import type { Measurement } from '../../inference/meter.ts';
import type { Models } from '../../inference/models/models.ts';
import type { Endpoint } from '../endpoint.ts';
import { principalOf } from '../exchange.ts';

/** What is known of a key beside what it may do. */
export interface Standing {
  /** How the limits stand that hold for this principal. Looks without taking. */
  readonly remaining?: ((principal: Principal) => Promise<NonNullable<Measurement['limits']>>) | undefined;
  /** What the key has used. */
  readonly usage?: ((keyId: string) => Promise<unknown>) | undefined;
}

/** Who the key that asks stands for. Costs nothing, and counts against no limit. */
export function meEndpoint(models: Models, { remaining, usage }: Standing): Endpoint {
  return {
    method: 'GET',
    path: '/v1/manifold/me',
    access: 'key',
    summary: 'Who the key stands for, what it may do, what is left and what it has used',
    operation: { id: 'getMe', tag: 'Keys', response: me },
    async handle({ exchange }) {
      const principal = principalOf(exchange);
      const { keyId, expiresAt, ...settings } = principal;
      const [left, used] = await Promise.all([remaining?.(principal), usage?.(keyId)]);
      return {
        object: 'me',
        id: keyId,
        ...settings,
        expiresAt: typeof expiresAt === 'number' ? new Date(expiresAt).toISOString() : null,
        usableModels: models
          .usableBy(principal)
          .list()
          .map(({ id }) => id),
        ...(left && { remaining: left }),
        ...(used !== undefined && { usage: used }),
      };
    },
  };
}
