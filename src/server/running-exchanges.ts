import type { ServerResponse } from 'node:http';
import { ManifoldError } from '../errors.ts';
import type { Exchange } from './exchange.ts';

/** The exchanges that have not ended, so that a stopping server can wait for them. */
export interface RunningExchanges {
  readonly isDraining: boolean;
  enter(exchange: Exchange): void;
  leave(exchange: Exchange): void;
  /** The one that a response belongs to. Looks through all of them: for what goes wrong only. */
  of(response: ServerResponse): Exchange | undefined;
  /** From now on new requests are refused, and those that can be taken up again end. */
  drain(): void;
  /** Resolves when none is left. */
  untilIdle(): Promise<void>;
  /** Ends all that are left, or those that are meant, each with this error. */
  abortAll(reason: ManifoldError, isMeant?: (exchange: Exchange) => boolean): void;
}

export function createRunningExchanges(): RunningExchanges {
  const running = new Set<Exchange>();
  const waiters = new Set<() => void>();
  let isDraining = false;
  return {
    get isDraining() {
      return isDraining;
    },
    enter: (exchange) => void running.add(exchange),
    of: (response) => running.values().find((exchange) => exchange.response === response),
    leave(exchange) {
      running.delete(exchange);
      if (running.size > 0) return;
      for (const resolve of waiters) resolve();
      waiters.clear();
    },
    drain() {
      isDraining = true;
      const reason = new ManifoldError('shutting_down', 'The server is stopping; the same request goes on later.');
      for (const { endsWhenDraining, controller } of running) if (endsWhenDraining) controller.abort(reason);
    },
    untilIdle: () => (running.size === 0 ? Promise.resolve() : new Promise((resolve) => waiters.add(resolve))),
    abortAll(reason, isMeant = () => true) {
      for (const exchange of running) if (isMeant(exchange)) exchange.controller.abort(reason);
    },
  };
}
