import type { IncomingMessage } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { anonymous } from '../../access/anonymous.ts';
import type { Authenticator } from '../../access/authenticator.ts';
import { refuseEndpoint } from '../../access/may-use.ts';
import { countHeader } from '../count-header.ts';
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
 * that is not public asks for a key, and for the scope that it declares. `authenticator` is absent when keys are switched
 * off (loopback only).
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
    const { config, url = '' } = request.routeOptions;
    // An unknown route leads to nothing but a 404.
    if (request.is404 || config.access === 'public') return;
    if (config.access === undefined) throw new Error(`Route ${url} declares no access rule.`);
    const principal = authenticator ? await authenticator.authenticate(authorizationOf(request.raw)) : anonymous;
    request.exchange.principal = principal;
    // By the route's own path: nothing of the request's URL decides who may.
    if (config.access !== 'key')
      refuseEndpoint(principal, { scope: config.access, path: config.documentedPath ?? url });
  });
}

/** One of several is none: nobody knows which the others go by. */
function authorizationOf(request: IncomingMessage): string | undefined {
  return countHeader(request, 'authorization') > 1 ? 'Several' : request.headers.authorization;
}
