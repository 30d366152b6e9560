import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { engineRequest } from '../api/internal/engine-request.ts';
import { adapterHeader, cacheSaltHeader } from '../api/internal/engine-host.ts';
import { ManifoldError, toManifoldError } from '../errors.ts';
import { startChat, type ChatCircumstances } from './chat-route.ts';
import { errorBody } from './error-body.ts';
import type { LoadedModel } from './model.ts';
import type { Scheduler } from './scheduler.ts';
import { sendEvents } from './send-events.ts';
import { tokenRoutes } from './token-routes.ts';

/** Bodies come from our own gateway, which has its own bound; this one only keeps memory finite. */
const maxBodyBytes = 64 << 20;

/**
 * The engine host's HTTP side: `POST /v1/chat/completions` (streams only: the plain answer is the gateway's
 * fold of the stream), `GET /internal/health`, and the routes that ask about tokens.
 */
export function createHostServer(parts: { model: LoadedModel; modelId: string; scheduler: Scheduler }): Server {
  const server = createServer((request, response) => {
    answer(request, response).catch((failure: unknown) => sendError(response, failure));
  });
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  return server;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const tokenRoute = request.method === 'POST' ? tokenRoutes.get(request.url ?? '') : undefined;
    if (tokenRoute) {
      const body = JSON.stringify(await tokenRoute(parts.model, await readJson(request)));
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
      return;
    }
    if (request.method === 'GET' && request.url === '/internal/health') {
      const body = JSON.stringify({ object: 'manifold.engine.health', ...parts.scheduler.load() });
      response.writeHead(200, { 'content-type': 'application/json' }).end(body);
      return;
    }
    if (request.url === '/v1/embeddings') throw makesNoEmbeddings(parts.modelId);
    if (request.method !== 'POST' || request.url !== '/v1/chat/completions') {
      throw new ManifoldError('route_not_found', 'The engine host has no such route.');
    }
    const { [cacheSaltHeader]: salt, [adapterHeader]: adapter } = request.headers;
    const circumstances = { salt: String(salt ?? ''), adapter: adapter === undefined ? undefined : String(adapter) };
    await stream(await readJson(request), circumstances, response);
  }

  async function stream(body: unknown, circumstances: ChatCircumstances, response: ServerResponse): Promise<void> {
    const parsed = engineRequest.safeParse(body);
    if (!parsed.success)
      throw new ManifoldError('invalid_value', parsed.error.issues[0]?.message ?? 'Invalid request.');
    if (!parsed.data.stream) {
      throw new ManifoldError('unsupported_parameter', 'The engine host only streams; set `stream` to true.', {
        param: 'stream',
      });
    }
    // A client that left while its body was read has no use for an answer.
    if (response.destroyed) return;
    const chat = await startChat(parts, parsed.data, circumstances);
    response.once('close', () => chat.cancel());
    if (response.destroyed) return chat.cancel();
    await sendEvents(response, chat, chat.chunks);
  }
}

function makesNoEmbeddings(modelId: string): ManifoldError {
  return new ManifoldError(
    'unsupported_task',
    `The model \`${modelId}\` answers, and makes no embeddings. Serve a model made for them beside it (another \`--model\` file) and name that one.`,
    { param: 'model' },
  );
}

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

export function sendError(response: ServerResponse, failure: unknown): void {
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
