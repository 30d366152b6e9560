import type { FastifyInstance } from 'fastify';
import { emulatedHeader } from '../../api/internal/engine-host.ts';
import { isLoopback } from '../../lib/is-loopback.ts';
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

interface CorsOptions {
  readonly routes: RouteTable;
  /** Whether whoever calls needs a key. */
  readonly asksForKeys: boolean;
}

/**
 * Any page may call with a key it holds; cookies are never used, so `*` without credentials is safe. A preflight
 * needs no key and allows whatever headers it asks for (SDKs send many of their own). Managing keys is not for pages: those
 * routes say nothing of other origins, and browsers keep them from such. Where no key is asked for, nor does any route but
 * to pages of this machine: every other page that a browser here has open could use the models.
 */
export function addCorsHook(app: FastifyInstance, { routes, asksForKeys }: CorsOptions): void {
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404 ? routes.isAdmin(request.url) : request.routeOptions.config.access === 'admin') return done();
    const origin = asksForKeys ? '*' : request.headers.origin;
    if (!asksForKeys) reply.header('vary', 'origin');
    if (origin !== undefined) {
      if (!asksForKeys && !isOfThisMachine(origin)) return done();
      reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', exposed);
    }
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
      .header('vary', 'origin, access-control-request-headers')
      .code(204)
      .send();
  });
}

/** A page that this machine serves, or a program with pages of its own. `null`, which any page can make itself, is neither. */
function isOfThisMachine(origin: string): boolean {
  const url = URL.parse(origin);
  if (url === null) return false;
  if (url.protocol !== 'http:' && url.protocol !== 'https:') return true;
  return isLoopback(url.hostname.replace(/^\[(.*)\]$/, '$1')) || url.hostname.endsWith('.localhost');
}
