import { createServer } from 'node:http';
import { Pool } from 'undici';

/**
 * What Node itself costs: a proxy of Node's HTTP server and undici, which passes bytes on and reads, counts and keeps
 * nothing. `bare-proxy.ts <port> <port of the upstream>`
 */
const [port, upstreamPort] = process.argv.slice(2).map(Number);
const pool = new Pool(`http://127.0.0.1:${upstreamPort}`, { connections: null, bodyTimeout: 0, headersTimeout: 0 });

const server = createServer((request, response) => {
  const { method = 'GET', url = '/' } = request;
  const { host: _host, connection: _connection, ...headers } = request.headers;
  const body = method === 'POST' ? request : null;
  const left = new AbortController();
  response.on('close', () => left.abort());
  pool
    .stream({ path: url, method, headers, body, signal: left.signal }, (answer) =>
      response.writeHead(answer.statusCode, answer.headers),
    )
    .catch(() => response.destroy());
});
server.listen({ host: '127.0.0.1', port, backlog: 4096 });
process.once('SIGTERM', () => process.exit(0));
