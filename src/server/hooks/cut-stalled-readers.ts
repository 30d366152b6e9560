import type { FastifyInstance } from 'fastify';

/**
 * Ends the connection of a client that takes nothing of its answer for so long, or up to twice as long: what is left of
 * it, and a stopping server, would wait for ever. Streams see to this themselves.
 */
export function addCutStalledReadersHook(app: FastifyInstance, stalledAfterMs: number): void {
  app.addHook('onRequest', (_request, reply, done) => {
    // In line behind another answer of its connection: what was set for that one is not meant for the wait for this one.
    if (!reply.raw.socket) reply.raw.once('socket', (socket) => socket.setTimeout(0));
    done();
  });
  app.addHook('onSend', (_request, reply, _payload, done) => {
    // Node looks anew where something was taken meanwhile, and sets another time for the pause after the answer.
    reply.raw.setTimeout(stalledAfterMs);
    done();
  });
}
