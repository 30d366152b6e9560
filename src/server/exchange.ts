import type { ServerResponse } from 'node:http';
import type { Principal } from '../access/principal.ts';
import type { Trace } from '../api/internal/trace.ts';
import type { Circumstances } from '../inference/circumstances.ts';
import type { Measurement } from '../inference/meter.ts';

/** One request and its answer, as the hooks and endpoints see it. Lives from the headers to the last byte. */
export interface Exchange {
  readonly startedAt: number;
  readonly response: ServerResponse;
  /** Aborts when nobody waits any more: the client left, the server stops, or the answer is complete. */
  readonly controller: AbortController;
  /** What the model did for it; the code of any failure lands here too. */
  readonly measurement: Measurement;
  /** Who asks; absent on public routes and before the key was checked. */
  principal?: Principal;
  trace?: Trace;
  /** The path of the route as the table has it. */
  route?: string;
  /** Only a model that is served, never a client's invention. */
  model?: string | undefined;
  /** A server that stops does not wait for it: it can be taken up again. */
  endsWhenDraining?: boolean;
}

declare module 'fastify' {
  interface FastifyRequest {
    exchange: Exchange;
  }
}

/** A new exchange, starting now. */
export function createExchange(response: ServerResponse): Exchange {
  return { startedAt: performance.now(), response, controller: new AbortController(), measurement: {} };
}

/** Who asks, on a route that needs a key. There is no identity to fall back on. */
export function principalOf({ principal }: Exchange): Principal {
  if (principal === undefined) throw new Error('A route that needs a key was reached without one.');
  return principal;
}

/** The exchange as the walk of a request sees it. */
export function circumstancesOf(exchange: Exchange): Circumstances {
  const { controller, trace, route, measurement } = exchange;
  return { signal: controller.signal, principal: principalOf(exchange), trace, route, measurement };
}
