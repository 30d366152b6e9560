import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { embeddingRequest } from '../../api/embeddings.ts';
import { ManifoldError } from '../../errors.ts';
import { Turns } from '../../lib/turns.ts';
import { createJsonServer, readJson, sendJson } from '../json-server.ts';
import { sendEvents } from '../send-events.ts';
import { answerDetokenize, answerTokenize, parseCall } from '../token-answers.ts';
import { startEmbedding } from './embed-route.ts';
import type { LoadedEmbedder } from './embedder.ts';
import type { EmbeddingScheduler } from './embedding-scheduler.ts';
import { tokenize } from './tokenize-inputs.ts';

interface EmbeddingServerParts {
  readonly embedder: LoadedEmbedder;
  readonly modelId: string;
  readonly scheduler: EmbeddingScheduler;
}

/**
 * The HTTP side of an engine host with an embedding model: `POST /v1/embeddings`, whose answer is a stream of events
 * (the plain one is the gateway's fold of it), `GET /internal/health`, and two of the routes that ask about tokens.
 */
export function createEmbeddingServer(parts: EmbeddingServerParts): Server {
  const { embedder, modelId, scheduler } = parts;
  const turns = new Turns();
  return createJsonServer(answer);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET' && request.url === '/internal/health') {
      sendJson(response, { object: 'manifold.engine.health', ...scheduler.load() });
    } else if (request.method === 'POST' && request.url === '/v1/embeddings') {
      await stream(await readJson(request), response);
    } else if (request.method === 'POST' && request.url === '/internal/tokenize') {
      const asModelReads = (text: string, addsSpecialTokens: boolean) => tokenize(embedder, text, addsSpecialTokens);
      sendJson(response, await answerTokenize(embedder.vocabulary, asModelReads, await readJson(request)));
    } else if (request.method === 'POST' && request.url === '/internal/detokenize') {
      sendJson(response, await answerDetokenize(embedder.vocabulary, await readJson(request)));
    } else {
      throw new ManifoldError(
        'unsupported_task',
        `The model \`${modelId}\` makes embeddings and nothing else. Send it to POST /v1/embeddings, or name a model that answers.`,
        { param: 'model' },
      );
    }
  }

  async function stream(body: unknown, response: ServerResponse): Promise<void> {
    const request = parseCall(embeddingRequest, body);
    const running = await startEmbedding({ ...parts, turns }, request, () => response.destroyed);
    response.once('close', () => running.cancel());
    await sendEvents(response, running, running.events);
  }
}
