import Fastify, { type FastifyError, type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { Authenticator } from '../access/authenticator.ts';
import { ManifoldError } from '../errors.ts';
import type { Accounts } from '../inference/accounts/accounts.ts';
import type { JsonBounds } from '../lib/json-scan.ts';
import type { Logger } from '../observability/logger.ts';
import type { Metrics } from '../observability/metrics.ts';
import { addBodyParser } from './requests/body-parser.ts';
import { createBodyWorker } from './requests/body-worker.ts';
import { createClientErrorHandler } from './client-error.ts';
import { documentedPath } from './documented-path.ts';
import { earlyAnswer, isStillComing } from './early-answer.ts';
import type { Endpoint } from './endpoint.ts';
import { errorBodyOf, errorHeaders } from './error-response.ts';
import { fromFrameworkError } from './framework-error.ts';
import { addAuthenticateHook } from './hooks/authenticate.ts';
import { addCorsHook } from './hooks/cors.ts';
import { addExchangeHook, createOpenExchange } from './hooks/exchange.ts';
import { addLimitHeadersHook } from './hooks/limit-headers.ts';
import { addRefuseWhileDrainingHook } from './hooks/refuse-while-draining.ts';
import { addRequireHostHook } from './hooks/require-host.ts';
import { addSecurityHeadersHook, securityHeaders } from './hooks/security-headers.ts';
import { needsBody } from './needs-body.ts';
import { newRequestId } from './request-id.ts';
import { createRouteTable } from './route-table.ts';
import type { RunningExchanges } from './running-exchanges.ts';

export interface AppOptions {
  readonly endpoints: readonly Endpoint[];
  /** Absent when keys are switched off. */
  readonly authenticator: Authenticator | undefined;
  readonly accounts: Accounts;
  readonly running: RunningExchanges;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly bounds: JsonBounds;
  readonly maxBodyBytes: number;
  readonly tls?: { readonly cert: Buffer; readonly key: Buffer };
}

// Node's own defaults (60 s, 300 s) leave slow senders their sockets for too long.
const connectionLimits = { headersTimeout: 10_000, requestTimeout: 30_000, connectionsCheckingInterval: 1_000 };

/** A handshake is what headers are to others; Node gives it 120 s. */
const tlsLimits = { handshakeTimeout: connectionLimits.headersTimeout };

/** Node by itself answers a request without a host with nothing but a status; here a hook refuses it. */
const connectionOptions = { ...connectionLimits, requireHostHeader: false };

/** Bodies are validated where they are read, and answers written as they are: Fastify's compilers are not loaded. */
const compilesNothing = () => () => {
  throw new Error('No route has a schema for the framework.');
};

/** The HTTP application: the hooks in the order they run, the routes of the table, one way to answer failures. */
export function createApp(options: AppOptions): FastifyInstance {
  const { endpoints, authenticator, accounts, running, logger, metrics, bounds, maxBodyBytes, tls } = options;
  const routes = createRouteTable(endpoints);
  const bodyWorker = createBodyWorker(bounds);
  const openExchange = createOpenExchange({ running, logger, metrics, accounts });

  const answerFailure = (failure: unknown, request: FastifyRequest, reply: FastifyReply) => {
    const error = fromFrameworkError(failure, maxBodyBytes);
    if (error.code === 'internal_error' || (error.code === 'storage_unavailable' && error.cause !== undefined))
      logger.error({ requestId: request.id, err: error.cause }, 'unexpected failure');
    if (request.exchange) request.exchange.measurement.errorCode = error.code;
    reply.code(error.status).headers(errorHeaders(error)).type('application/json');
    const body = errorBodyOf(error);
    if (!isStillComing(request.raw)) return reply.send(body);
    const text = JSON.stringify(body);
    return reply.header('content-length', Buffer.byteLength(text)).send(earlyAnswer(text, request.raw));
  };

  const app = Fastify({
    logger: false,
    genReqId: newRequestId,
    requestIdHeader: false,
    keepAliveTimeout: 65_000,
    requestTimeout: connectionLimits.requestTimeout,
    return503OnClosing: false,
    bodyLimit: maxBodyBytes,
    trustProxy: false,
    schemaController: { compilersFactory: { buildValidator: compilesNothing, buildSerializer: compilesNothing } },
    routerOptions: { maxParamLength: 2048, ignoreTrailingSlash: false },
    clientErrorHandler: createClientErrorHandler({ running, logger }),
    frameworkErrors: (failure: FastifyError, request: FastifyRequest, reply: FastifyReply) => {
      // Runs in place of the hooks.
      openExchange(request, reply);
      reply.headers(securityHeaders);
      void answerFailure(failure, request, reply);
    },
    ...(tls ? { https: { ...connectionOptions, ...tlsLimits, ...tls } } : { http: connectionOptions }),
  }) as unknown as FastifyInstance;

  addExchangeHook(app, openExchange);
  addSecurityHeadersHook(app);
  addRequireHostHook(app);
  addCorsHook(app, { routes, asksForKeys: authenticator !== undefined });
  addRefuseWhileDrainingHook(app, running);
  addAuthenticateHook(app, authenticator);
  addLimitHeadersHook(app, accounts);
  addBodyParser(app, { bounds, maxBodyBytes, worker: bodyWorker });
  app.addHook('onClose', () => bodyWorker.close());

  app.setErrorHandler(answerFailure);
  app.setNotFoundHandler((request, reply) => {
    const methods = routes.methodsOf(request.url);
    if (methods.length === 0)
      throw new ManifoldError('route_not_found', 'No such route. GET /openapi.json lists all of them.');
    reply.header('allow', methods.join(', '));
    throw new ManifoldError('method_not_allowed', `This route takes ${methods.join(', ')}.`);
  });
  for (const endpoint of endpoints) {
    const { method, path, access, isMetered = false, operation = {} } = endpoint;
    const config = { access, isMetered, needsBody: needsBody(operation), documentedPath: documentedPath(endpoint) };
    app.route({ method, url: path, config, handler: (request, reply) => endpoint.handle(request, reply) });
  }
  return app;
}
