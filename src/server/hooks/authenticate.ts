import type { FastifyInstance } from 'fastify';
import { anonymous } from '../../access/anonymous.ts';
import type { Authenticator } from '../../access/authenticator.ts';
import type { Access } from '../endpoint.ts';

/** A route as the router really has it, HEAD twins included. */
export interface LiveRoute {
  readonly method: string;
  readonly path: string;
  readonly access: Access;
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route that was registered, whoever registered it. */
    liveRoutes: readonly LiveRoute[];
  }
}

/**
 * Deny by default: every route must declare who may call it, or the server does not start, and every route
 * that is not public asks for a key. `authenticator` is absent when keys are switched off (loopback only).
 */
export function addAuthenticateHook(app: FastifyInstance, authenticator: Authenticator | undefined): void {
  const liveRoutes: LiveRoute[] = [];
  app.decorate('liveRoutes', liveRoutes);
  app.addHook('onRoute', ({ method, url, config }) => {
    const access = config?.access;
    if (!access) throw new Error(`Route ${String(method)} ${url} declares no access rule.`);
    for (const each of [method].flat()) liveRoutes.push({ method: each, path: url, access });
  });
  app.addHook('onRequest', async (request) => {
    // An unknown route leads to nothing but a 404.
    if (request.is404 || request.routeOptions.config.access === 'public') return;
    const principal = authenticator ? await authenticator.authenticate(request.headers.authorization) : anonymous;
    request.exchange.principal = principal;
  });
}
