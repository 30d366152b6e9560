import type { FastifyInstance } from 'fastify';
import { emulatedHeader } from '../../api/internal/engine-host.ts';
import { limitHeaderNames } from '../limit-headers.ts';
import type { RouteTable } from '../route-table.ts';
import { ignoredHeader } from '../tell-fields.ts';

const exposed = [
  'x-request-id',
  ignoredHeader,
  emulatedHeader,
  // What errors say beside their bodies.
  'retry-after',
  'x-should-retry',
  'sunset',
  'link',
  ...limitHeaderNames,
].join(', ');
const headerList = /^[\w!#$%&'*+.^`|~-]+(\s*,\s*[\w!#$%&'*+.^`|~-]+)*$/;

/**
 * Any page may call with a key it holds; cookies are never used, so `*` without credentials is safe. A preflight
 * needs no key and allows whatever headers it asks for (SDKs send many of their own). Managing keys is not for pages: those
 * routes say nothing of other origins, and browsers keep them from such.
 */
export function addCorsHook(app: FastifyInstance, routes: RouteTable): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404 ? routes.isAdmin(request.url) : request.routeOptions.config.access === 'admin') return done();
    reply.header('access-control-allow-origin', '*').header('access-control-expose-headers', exposed);
    const methods = request.method === 'OPTIONS' ? routes.methodsOf(request.url) : [];
    if (methods.length === 0) return done();
    const asked = request.headers['access-control-request-headers'];
    if (asked !== undefined && asked.length <= 4096 && headerList.test(asked))
      reply.header('access-control-allow-headers', asked);
    // Answered here, so that nothing goes on.
    return void reply
      .header('allow', methods.join(', '))
      .header('access-control-allow-methods', methods.join(', '))
      .header('access-control-max-age', '86400')
      .header('vary', 'access-control-request-headers')
      .code(204)
      .send();
  });
}
