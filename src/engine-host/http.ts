import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { engineRequest } from '../api/internal/engine-request.ts';
import { adapterHeader, cacheSaltHeader } from '../api/internal/engine-host.ts';
import { ManifoldError } from '../errors.ts';
import { startChat, type ChatCircumstances } from './chat-route.ts';
import { createJsonServer, readJson, sendJson } from './json-server.ts';
import type { LoadedModel } from './model.ts';
import type { Scheduler } from './scheduler.ts';
import { sendEvents } from './send-events.ts';
import { parseCall } from './token-answers.ts';
import { tokenRoutes } from './token-routes.ts';

/**
 * The engine host's HTTP side: `POST /v1/chat/completions` (streams only: the plain answer is the gateway's
 * fold of the stream), `GET /internal/health`, and the routes that ask about tokens.
 */
export function createHostServer(parts: { model: LoadedModel; modelId: string; scheduler: Scheduler }): Server {
  return createJsonServer(answer);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const tokenRoute = request.method === 'POST' ? tokenRoutes.get(request.url ?? '') : undefined;
    if (tokenRoute) return sendJson(response, await tokenRoute(parts.model, await readJson(request)));
    if (request.method === 'GET' && request.url === '/internal/health') {
      return sendJson(response, { object: 'manifold.engine.health', ...parts.scheduler.load() });
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
    const request = parseCall(engineRequest, body);
    if (!request.stream) {
      throw new ManifoldError('unsupported_parameter', 'The engine host only streams; set `stream` to true.', {
        param: 'stream',
      });
    }
    // A client that left while its body was read has no use for an answer.
    if (response.destroyed) return;
    const chat = await startChat(parts, request, circumstances);
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
