import type { Trace } from '../api/internal/trace.ts';
import type { Measurement } from '../inference/meter.ts';
import type { Asker } from '../inference/token-tools.ts';

/** One request and its answer, as the hooks and endpoints see it. Lives from the headers to the last byte. */
export interface Exchange {
  readonly startedAt: number;
  /** Aborts when nobody waits any more: the client left, the server stops, or the answer is complete. */
  readonly controller: AbortController;
  /** What the model did for it; the code of any failure lands here too. */
  readonly measurement: Measurement;
  keyId?: string;
  trace?: Trace;
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

/** Who waits for what engines are asked beside an answer. */
export function askerOf({ controller, trace }: Exchange): Asker {
  return { signal: controller.signal, trace };
}

/** A new exchange, starting now. */
export function createExchange(): Exchange {
  return { startedAt: performance.now(), controller: new AbortController(), measurement: {} };
}
