import { Readable } from 'node:stream';
import type { Embed } from '../../inference/embed.ts';
import type { Models } from '../../inference/models/models.ts';
import { Turns } from '../../lib/turns.ts';
import { embeddingBody } from '../requests/embedding-body.ts';
import { parseEmbeddingRequest } from '../requests/embedding-request.ts';
import type { Endpoint } from '../endpoint.ts';
import { circumstancesOf } from '../exchange.ts';
import { tellEmulated, tellIgnored } from '../tell-fields.ts';
import { typeInModelName } from '../requests/type-in-model-name.ts';

/** `POST /v1/embeddings`. */
export function embeddings({ embed, models }: { readonly embed: Embed; readonly models: Models }): Endpoint {
  const turns = new Turns();
  return {
    method: 'POST',
    path: '/v1/embeddings',
    access: 'inference',
    isMetered: true,
    summary: 'Create Embeddings',
    operation: {
      id: 'createEmbedding',
      tag: 'Embeddings',
      description: 'Turns texts into vectors of length 1, whose dot products say how near the texts are to each other.',
      requestBody: 'EmbeddingRequest',
      response: 'EmbeddingResponse',
      failures: { 404: 'Requested model not found.' },
    },
    async handle(httpRequest, reply) {
      const { exchange } = httpRequest;
      const { request, ignored } = parseEmbeddingRequest(httpRequest.body);
      tellIgnored(reply, ignored);
      const circumstances = circumstancesOf(exchange);
      const typed = typeInModelName(request, models.usableBy(circumstances.principal));
      exchange.model = models.usableBy(circumstances.principal).idOf(typed.model);

      const answer = await embed(typed, circumstances);
      tellEmulated(reply, circumstances.measurement.emulated ?? []);
      return reply.type('application/json; charset=utf-8').send(Readable.from(embeddingBody(request, answer, turns)));
    },
  };
}
