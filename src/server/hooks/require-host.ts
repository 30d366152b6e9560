import type { FastifyInstance } from 'fastify';
import { ManifoldError } from '../../errors.ts';

/** A request names its host once, if it is one of HTTP/1.1 (RFC 9112 §3.2). */
export function addRequireHostHook(app: FastifyInstance): void {
  app.addHook('onRequest', (request, _, done) => {
    if (request.raw.httpVersion === '1.1' && request.raw.headers.host === undefined)
      throw new ManifoldError('bad_request', 'A request of HTTP/1.1 needs a `host` header.');
    if (request.raw.rawHeaders.filter(isHost).length > 1)
      throw new ManifoldError('bad_request', 'There are several `host` headers. Send one.');
    done();
  });
}

/** Node keeps the first of several; what else stands between may have gone by another. */
function isHost(text: string, at: number): boolean {
  return at % 2 === 0 && text.length === 4 && text.toLowerCase() === 'host';
}
