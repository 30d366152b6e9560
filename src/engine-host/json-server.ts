import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ManifoldError, toManifoldError } from '../errors.ts';
import { errorBody } from './error-body.ts';

/** Bodies come from our own gateway, which has its own bound; this one only keeps memory finite. */
const maxBodyBytes = 64 << 20;

/** A server for our own gateway, which keeps the time: what `answer` throws before it answers is the answer. */
export function createJsonServer(
  answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>,
): Server {
  const server = createServer((request, response) => {
    answer(request, response).catch((failure: unknown) => sendError(response, failure));
  });
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  return server;
}

/** The body of a request. Throws `invalid_json`, or `request_too_large`. */
export async function readJson(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request as AsyncIterable<Buffer>) {
    bytes += part.length;
    if (bytes > maxBodyBytes)
      throw new ManifoldError('request_too_large', 'The body is too large for the engine host.');
    parts.push(part);
  }
  try {
    return JSON.parse(Buffer.concat(parts).toString('utf8'));
  } catch (cause) {
    throw new ManifoldError('invalid_json', 'The body is not valid JSON.', { cause });
  }
}

export function sendJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function sendError(response: ServerResponse, failure: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const error = toManifoldError(failure);
  if (error.code === 'internal_error') process.stderr.write(`${String(error.cause)}\n`);
  const retry = error.retryAfterSeconds === undefined ? {} : { 'retry-after': String(error.retryAfterSeconds) };
  response.writeHead(error.status, { 'content-type': 'application/json', ...retry });
  response.end(JSON.stringify(errorBody(error)));
}
