import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type ServerOptions } from 'node:https';
import type { AddressInfo } from 'node:net';

export interface ImageServer extends AsyncDisposable {
  readonly port: number;
  /** The requests it got: their paths and headers. */
  readonly requests: { readonly path: string; readonly headers: IncomingHttpHeaders }[];
  /** Connections that were made to it. */
  connections(): number;
  /** Connections that are open. */
  open(): number;
}

/** A server on 127.0.0.1 that images are fetched from. */
export async function startImageServer(answer: RequestListener, tls?: ServerOptions): Promise<ImageServer> {
  const requests: ImageServer['requests'] = [];
  let connections = 0;
  let open = 0;
  const listener: RequestListener = (request, response) => {
    requests.push({ path: request.url ?? '', headers: request.headers });
    answer(request, response);
  };
  const server = tls ? createTlsServer(tls, listener) : createServer(listener);
  server.on('connection', (socket) => {
    connections++;
    open++;
    socket.on('close', () => open--);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: (server.address() as AddressInfo).port,
    requests,
    connections: () => connections,
    open: () => open,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
