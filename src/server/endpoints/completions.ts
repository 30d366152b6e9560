import { completion } from '../../api/completion.ts';
import { emulatedHeader } from '../../api/internal/engine-host.ts';
import type { Chat } from '../../inference/chat.ts';
import { collectCompletion } from '../../inference/collect-completion.ts';
import type { Models } from '../../inference/models.ts';
import { present } from '../../inference/present.ts';
import { runTogether } from '../../inference/run-together.ts';
import { toTextChunks } from '../../inference/text-chunks.ts';
import type { TokenTools } from '../../inference/token-tools.ts';
import { atPrompt, parseCompletionRequest } from '../completion-request.ts';
import { echoedPrompts } from '../echoed-prompts.ts';
import type { Endpoint } from '../endpoint.ts';
import { sendEventStream } from '../sse.ts';

interface Parts {
  readonly chat: Chat;
  readonly models: Models;
  readonly tokenTools: TokenTools;
  readonly keepAliveMs: number;
  readonly stalledAfterMs: number;
}

export function completions({ chat, models, tokenTools, keepAliveMs, stalledAfterMs }: Parts): Endpoint {
  return {
    method: 'POST',
    path: '/v1/completions',
    access: 'key',
    summary: 'Go on from texts or token ids',
    operation: {
      id: 'createCompletion',
      tag: 'Completions',
      description: 'Continues each prompt as it is, without a chat template, at once or as a stream of events.',
      requestBody: 'CompletionRequest',
      response: completion,
      streams: true,
      failures: { 400: 'Invalid request.', 404: 'Requested model not found.' },
    },
    async handle(httpRequest, reply) {
      const { exchange } = httpRequest;
      const { request, runs, ignored } = parseCompletionRequest(httpRequest.body);
      if (ignored.length > 0) reply.header('x-manifold-ignored', ignored.join(', '));
      if (models.has(request.model)) exchange.model = request.model;

      const { controller, keyId, trace, measurement } = exchange;
      const { signal } = controller;
      const echoes = request.echo ? await echoedPrompts(request, tokenTools, signal) : undefined;
      const chunks = await runTogether(chat, runs, { signal, keyId, trace, measurement }, (failure, at) =>
        atPrompt(failure, request.prompt[at]),
      );
      const { emulated = [] } = measurement;
      if (emulated.length > 0) reply.header(emulatedHeader, emulated.join(', '));
      const texts = toTextChunks(chunks, { choicesEach: request.n, echoes, mostTop: request.logprobs });
      if (!request.stream) return collectCompletion(texts);

      reply.hijack();
      await sendEventStream(reply.raw, present(texts, request.stream_options?.include_usage ?? false), {
        headers: reply.getHeaders(),
        keepAliveMs,
        stalledAfterMs,
        onFailure: (error) => {
          measurement.errorCode = error.code;
        },
      });
      return reply;
    },
  };
}
