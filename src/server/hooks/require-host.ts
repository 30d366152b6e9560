import type { FastifyInstance } from 'fastify';
import { ManifoldError } from '../../errors.ts';

/** A request of HTTP/1.1 names its host (RFC 9112 §3.2). */
export function addRequireHostHook(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _, done) => {
    if (request.raw.httpVersion === '1.1' && request.raw.headers.host === undefined)
      throw new ManifoldError('bad_request', 'A request of HTTP/1.1 needs a `host` header.');
    done();
  });
}
