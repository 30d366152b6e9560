import type { FastifyInstance } from 'fastify';
import type { Accounts } from '../../inference/accounts/accounts.ts';
import { limitHeaders } from '../limit-headers.ts';

/** Every answer to a key says how its limits stand, failures included; streams say it themselves before they begin. */
export function addLimitHeadersHook(app: FastifyInstance, accounts: Pick<Accounts, 'look'>): void {
  app.addHook('onSend', async ({ exchange }, reply) => {
    const { principal, measurement } = exchange ?? {};
    if (principal) reply.headers(limitHeaders(measurement?.limits ?? (await accounts.look(principal))));
  });
}
