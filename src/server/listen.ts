import type { Socket } from 'node:net';
import type { FastifyInstance } from 'fastify';
import { ManifoldError } from '../errors.ts';
import { addressesOf, listenBeside } from './other-addresses.ts';
import type { RunningExchanges } from './running-exchanges.ts';

const abortGraceMs = 1000;
/**
 * Connections that the system keeps until they are accepted, which happens once in a turn of the event loop. Beyond them
 * it drops what knocks, and who is dropped tries again after a second. The system's own bound is most often as high.
 */
const backlog = 4096;

/** A server that accepts connections. */
export interface Listening {
  readonly url: string;
  readonly port: number;
  /**
   * Stops: no new connections, health says not ready, running requests finish within the drain time and are
   * then ended with an explicit error. A second call ends them at once. Resolves when all is closed.
   */
  stop(): Promise<void>;
}

interface ListenOptions {
  readonly host: string;
  readonly port: number;
  readonly isTls: boolean;
  readonly running: RunningExchanges;
  readonly drainMs: number;
  /** What a person changes to bind another address. Default: the flags. */
  readonly settings?: { readonly host: string; readonly port: string };
}

/** Binds the application; a port in use or a forbidden address is one clear `configuration_invalid`. */
export async function listen(
  app: FastifyInstance,
  { host, port, isTls, running, drainMs, settings = { host: '--host', port: '--port' } }: ListenOptions,
): Promise<Listening> {
  // The server itself closes those that have come as far as HTTP, and waits for the others: a probe that says no word of TLS.
  const sockets = new Set<Socket>();
  app.server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  let others: readonly string[];
  try {
    const [first, ...rest] = await addressesOf(host);
    others = rest;
    await app.listen({ host: first, port, backlog });
  } catch (failure) {
    await app.close();
    throw bindFailure(failure, { host, port }, settings);
  }
  const address = app.server.address();
  const boundPort = typeof address === 'object' && address !== null ? address.port : port;
  const closeOthers = await listenBeside(app.server, others, { port: boundPort, backlog });

  let cutShort = () => {};
  let stopping: Promise<void> | undefined;

  async function drainAndClose(): Promise<void> {
    running.drain();
    closeOthers();
    app.server.close();
    app.server.closeIdleConnections();
    await Promise.race([
      running.untilIdle(),
      new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, drainMs);
        cutShort = () => {
          clearTimeout(timer);
          resolve();
        };
        void running.untilIdle().then(() => clearTimeout(timer));
      }),
    ]);
    running.abortAll(
      new ManifoldError('shutting_down', 'The server stopped before the answer was complete.', {
        retryAfterSeconds: 5,
      }),
    );
    // The error events still have to reach their clients.
    await Promise.race([running.untilIdle(), new Promise((resolve) => setTimeout(resolve, abortGraceMs).unref())]);
    app.server.closeAllConnections();
    for (const socket of sockets) socket.destroy();
    await app.close();
  }

  return {
    url: `${isTls ? 'https' : 'http'}://${host.includes(':') ? `[${host}]` : host}:${boundPort}`,
    port: boundPort,
    stop() {
      if (stopping) cutShort();
      stopping ??= drainAndClose();
      return stopping;
    },
  };
}

function bindFailure(
  cause: unknown,
  { host, port }: { readonly host: string; readonly port: number },
  settings: { readonly host: string; readonly port: string },
): unknown {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  switch (code) {
    case 'EADDRINUSE':
      return new ManifoldError(
        'configuration_invalid',
        `Port ${port} on ${host} is in use. Stop the other program or choose another port with ${settings.port}.`,
        { cause },
      );
    case 'EACCES':
      return new ManifoldError(
        'configuration_invalid',
        `Port ${port} needs more rights. Choose one above 1023 with ${settings.port}.`,
        { cause },
      );
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return new ManifoldError(
        'configuration_invalid',
        `This machine has no address ${host}. Choose another with ${settings.host}.`,
        { cause },
      );
    case undefined:
      return cause;
    default:
      return new ManifoldError(
        'configuration_invalid',
        `${host} cannot be listened on (${String(code)}). Choose another address with ${settings.host}.`,
        { cause },
      );
  }
}
