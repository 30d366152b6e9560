import type { FastifyInstance } from 'fastify';
import { ManifoldError } from '../../errors.ts';
import type { RunningExchanges } from '../running-exchanges.ts';

/** A stopping server takes no new work on connections that are still open; public routes (health) stay answered. */
export function addRefuseWhileDrainingHook(app: FastifyInstance, running: RunningExchanges): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (!running.isDraining) return done();
    reply.header('connection', 'close');
    if (request.is404 || request.routeOptions.config.access === 'public') return done();
    return done(
      new ManifoldError('shutting_down', 'The server is shutting down. Try again shortly.', { retryAfterSeconds: 5 }),
    );
  });
}
