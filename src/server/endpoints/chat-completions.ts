import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { Chat } from '../../inference/chat.ts';
import { collect } from '../../inference/answers/collect.ts';
import { createReasoningHider } from '../../inference/answers/hide-reasoning.ts';
import type { Models } from '../../inference/models/models.ts';
import { nameReasoning } from '../../inference/answers/name-reasoning.ts';
import { present } from '../../inference/answers/present.ts';
import { through } from '../../lib/through.ts';
import { parseChatRequest } from '../requests/chat-request.ts';
import type { Endpoint } from '../endpoint.ts';
import type { StreamPace } from '../event-writer.ts';
import { circumstancesOf } from '../exchange.ts';
import { limitHeaders } from '../limit-headers.ts';
import { sendEventStream } from '../sse.ts';
import { tellEmulated, tellIgnored } from '../tell-fields.ts';

interface Parts {
  readonly chat: Chat;
  readonly models: Models;
  readonly pace: StreamPace;
}

export function chatCompletions({ chat, models, pace }: Parts): Endpoint {
  return {
    method: 'POST',
    path: '/v1/chat/completions',
    access: 'inference',
    isMetered: true,
    summary: 'Create A Chat Completion',
    operation: {
      id: 'createChatCompletion',
      tag: 'Chat',
      description: 'Generates an answer to the messages, at once or as a stream of server-sent events.',
      requestBody: 'ChatCompletionRequest',
      response: 'ChatCompletionResponse',
      streams: true,
      failures: {
        403: 'API key lacks access to the requested model.',
        404: 'Requested model not found.',
        429: 'Rate limit or quota exceeded.',
      },
    },
    async handle(httpRequest, reply) {
      const { exchange } = httpRequest;
      const { request, ignored, emulated } = parseChatRequest(httpRequest.body);
      tellIgnored(reply, ignored);

      const circumstances = circumstancesOf(exchange);
      exchange.model = models.usableBy(circumstances.principal).idOf(request.model);
      const { measurement } = circumstances;
      const answered = await chat(request, circumstances);
      const shown = request.include_reasoning ? [] : [createReasoningHider()];
      tellEmulated(reply, [...emulated, ...(measurement.emulated ?? [])]);
      reply.headers(limitHeaders(measurement.limits));
      if (!request.stream) return collect(through(answered, ...shown));

      const asked = present<ChatCompletionChunk>(request.stream_options?.include_usage ?? false);
      return sendEventStream(reply, through(answered, ...shown, nameReasoning, asked), pace);
    },
  };
}
