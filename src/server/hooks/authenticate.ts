import type { FastifyInstance } from 'fastify';
import type { Authenticator } from '../../access/authenticator.ts';

/**
 * Deny by default: every route must declare who may call it, or the server does not start, and every route
 * that is not public asks for a key. `authenticator` is absent when keys are switched off (loopback only).
 */
export function addAuthenticateHook(app: FastifyInstance, authenticator: Authenticator | undefined): void {
  app.addHook('onRoute', (route) => {
    if (route.config?.access) return;
    throw new Error(`Route ${String(route.method)} ${route.url} declares no access rule.`);
  });
  app.addHook('onRequest', async (request) => {
    // An unknown route leads to nothing but a 404.
    if (request.is404 || request.routeOptions.config.access === 'public' || !authenticator) return;
    const { keyId } = await authenticator.authenticate(request.headers.authorization);
    request.exchange.keyId = keyId;
  });
}
