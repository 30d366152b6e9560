import type { FastifyInstance } from 'fastify';
import { ManifoldError } from '../../errors.ts';
import { countHeader } from '../count-header.ts';

/** A request names its host once, if it is one of HTTP/1.1 (RFC 9112 §3.2). */
export function addRequireHostHook(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _, done) => {
    if (request.raw.httpVersion === '1.1' && request.raw.headers.host === undefined)
      throw new ManifoldError('bad_request', 'A request of HTTP/1.1 needs a `host` header.');
    if (countHeader(request.raw, 'host') > 1)
      throw new ManifoldError('bad_request', 'There are several `host` headers. Send one.');
    done();
  });
}
