import { emulatedHeader } from '../../api/internal/engine-host.ts';
import type { Chat } from '../../inference/chat.ts';
import { collect } from '../../inference/collect.ts';
import { hideReasoning } from '../../inference/hide-reasoning.ts';
import type { Models } from '../../inference/models.ts';
import { nameReasoning } from '../../inference/name-reasoning.ts';
import { present } from '../../inference/present.ts';
import { parseChatRequest } from '../chat-request.ts';
import type { Endpoint } from '../endpoint.ts';
import { sendEventStream } from '../sse.ts';

interface Parts {
  readonly chat: Chat;
  readonly models: Models;
  readonly keepAliveMs: number;
  readonly stalledAfterMs: number;
}

export function chatCompletions({ chat, models, keepAliveMs, stalledAfterMs }: Parts): Endpoint {
  return {
    method: 'POST',
    path: '/v1/chat/completions',
    access: 'key',
    summary: 'Create A Chat Completion',
    operation: {
      id: 'createChatCompletion',
      tag: 'Chat',
      description: 'Generates an answer to the messages, at once or as a stream of server-sent events.',
      requestBody: 'ChatCompletionRequest',
      response: 'ChatCompletionResponse',
      streams: true,
      failures: {
        400: 'Invalid request.',
        403: 'API key lacks access to the requested model.',
        404: 'Requested model not found.',
        429: 'Rate limit or quota exceeded.',
      },
    },
    async handle(httpRequest, reply) {
      const { exchange } = httpRequest;
      const { request, ignored, emulated } = parseChatRequest(httpRequest.body);
      if (ignored.length > 0) reply.header('x-manifold-ignored', ignored.join(', '));
      exchange.model = models.find(request.model)?.id;

      const { controller, keyId, trace, measurement } = exchange;
      const answered = await chat(request, { signal: controller.signal, keyId, trace, measurement });
      const chunks = request.include_reasoning ? answered : hideReasoning(answered);
      const allEmulated = [...emulated, ...(measurement.emulated ?? [])];
      if (allEmulated.length > 0) reply.header(emulatedHeader, allEmulated.join(', '));
      if (!request.stream) return collect(chunks);

      reply.hijack();
      await sendEventStream(reply.raw, present(nameReasoning(chunks), request.stream_options?.include_usage ?? false), {
        headers: reply.getHeaders(),
        keepAliveMs,
        stalledAfterMs,
        onFailure: (error) => {
          exchange.measurement.errorCode = error.code;
        },
      });
      return reply;
    },
  };
}
