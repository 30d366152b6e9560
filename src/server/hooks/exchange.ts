import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ManifoldError } from '../../errors.ts';
import type { Accounts } from '../../inference/accounts/accounts.ts';
import type { Logger } from '../../observability/logger.ts';
import type { Metrics } from '../../observability/metrics.ts';
import { circumstancesOf, createExchange } from '../exchange.ts';
import type { RunningExchanges } from '../running-exchanges.ts';

interface ExchangeParts {
  readonly running: RunningExchanges;
  readonly logger: Logger;
  readonly metrics: Metrics;
  readonly accounts: Pick<Accounts, 'refused'>;
}

/** Opens the exchange of a request. The framework's own refusals, for which no hook runs, need it too. */
export type OpenExchange = (request: FastifyRequest, reply: FastifyReply) => void;

/**
 * Opens an exchange per request and closes it when its connection is done with it, however that happens:
 * then the signal aborts, the count goes down and one line is logged. Prompts and keys are not in it.
 */
export function createOpenExchange({ running, logger, metrics, accounts }: ExchangeParts): OpenExchange {
  // One for all: where it was made says nothing, and to find that out costs more than the rest of this.
  const left = new ManifoldError('client_closed_request', 'The client left before the answer was complete.');
  return (request, reply) => {
    const exchange = createExchange(reply.raw);
    request.exchange = exchange;
    exchange.trace = { requestId: request.id, traceparent: wellFormed(request.headers['traceparent']) };
    reply.header('x-request-id', request.id);
    if (request.routeOptions.url !== undefined) exchange.route = request.routeOptions.url;
    running.enter(exchange);
    reply.raw.once('close', () => {
      const isComplete = reply.raw.writableFinished;
      exchange.controller.abort(left);
      running.leave(exchange);
      const { measurement, principal, model } = exchange;
      const status = isComplete ? reply.raw.statusCode : 499;
      const route = request.is404 ? 'unknown' : (request.routeOptions.url ?? 'unknown');
      const durationMs = performance.now() - exchange.startedAt;
      metrics.requestEnded({ route, model: model ?? '', status, durationMs });
      if (principal && request.routeOptions.config.isMetered)
        accounts.refused(circumstancesOf(exchange), { model, status, durationMs });
      logger.info(
        {
          requestId: request.id,
          keyId: principal?.keyId,
          method: request.method,
          route,
          model,
          engine: measurement.engine,
          status,
          ttftMs: rounded(measurement.ttftMs),
          durationMs: rounded(durationMs),
          promptTokens: measurement.promptTokens,
          cachedTokens: measurement.cachedTokens,
          completionTokens: measurement.completionTokens,
          images: measurement.images?.length,
          estimated: measurement.isEstimated,
          lostAttempts: measurement.lostAttempts,
          finishReason: measurement.finishReason,
          errorCode: isComplete ? measurement.errorCode : (measurement.errorCode ?? 'client_closed_request'),
        },
        'request',
      );
    });
  };
}

export function addExchangeHook(app: FastifyInstance, open: OpenExchange): void {
  app.decorateRequest('exchange');
  app.addHook('onRequest', (request, reply, done) => {
    open(request, reply);
    done();
  });
}

function rounded(ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : Math.round(ms * 10) / 10;
}

/** Of the version that is known, and no longer than that has it: what a client invents goes no further. */
function wellFormed(traceparent: string | string[] | undefined): string | undefined {
  return typeof traceparent === 'string' && /^00-[\da-f]{32}-[\da-f]{16}-[\da-f]{2}$/.test(traceparent)
    ? traceparent
    : undefined;
}
