import type { CompletionRequest } from '../../api/completion-request.ts';
import { completion, type CompletionChunk } from '../../api/completion.ts';
import type { AccountCalls } from '../../inference/accounts/account-calls.ts';
import type { Chat } from '../../inference/chat.ts';
import { collectCompletion } from '../../inference/text-completions/collect-completion.ts';
import type { Models } from '../../inference/models/models.ts';
import { present } from '../../inference/answers/present.ts';
import { runTogether } from '../../inference/text-completions/run-together.ts';
import { toTextChunks } from '../../inference/text-completions/text-chunks.ts';
import type { TextOptions } from '../../inference/text-completions/text-pieces.ts';
import type { TokenTools } from '../../inference/token-tools.ts';
import { through } from '../../lib/through.ts';
import { Turns } from '../../lib/turns.ts';
import { atPrompt } from '../at-prompt.ts';
import { parseCompletionRequest } from '../requests/completion-request.ts';
import { echoedPrompts } from '../echoed-prompts.ts';
import type { Endpoint } from '../endpoint.ts';
import type { StreamPace } from '../event-writer.ts';
import { circumstancesOf } from '../exchange.ts';
import { limitHeaders } from '../limit-headers.ts';
import { sendEventStream } from '../sse.ts';
import { tellEmulated, tellIgnored } from '../tell-fields.ts';

interface Parts {
  /** A chat that opens no accounts. */
  readonly partChat: Chat;
  readonly accountCalls: AccountCalls;
  readonly models: Models;
  readonly tokenTools: TokenTools;
  readonly pace: StreamPace;
}

export function completions({ partChat, accountCalls, models, tokenTools, pace }: Parts): Endpoint {
  const turns = new Turns();
  return {
    method: 'POST',
    path: '/v1/completions',
    access: 'inference',
    isMetered: true,
    summary: 'Go on from texts or token ids',
    operation: {
      id: 'createCompletion',
      tag: 'Completions',
      description: 'Continues each prompt as it is, without a chat template, at once or as a stream of events.',
      requestBody: 'CompletionRequest',
      response: completion,
      streams: true,
      failures: { 404: 'Requested model not found.' },
    },
    async handle(httpRequest, reply) {
      const { exchange } = httpRequest;
      const parsed = parseCompletionRequest(httpRequest.body);
      const { request, runs, ignored, emulated } = parsed;
      tellIgnored(reply, ignored);

      const circumstances = circumstancesOf(exchange);
      exchange.model = models.usableBy(circumstances.principal).idOf(request.model);
      const { measurement } = circumstances;
      const { chunks, echoes } = await accountCalls.together(runs, circumstances, async (accounted) => ({
        echoes: request.echo ? await echoedPrompts(parsed, tokenTools, accounted) : undefined,
        chunks: await runTogether(partChat, runs, accounted, (failure, at) => atPrompt(failure, request, at)),
      }));
      tellEmulated(reply, [...emulated, ...(measurement.emulated ?? [])]);
      const texts = toTextChunks(chunks, { ...shownOf(request), echoes, turns });
      reply.headers(limitHeaders(measurement.limits));
      if (!request.stream) return collectCompletion(texts);

      const asked = present<CompletionChunk>(request.stream_options?.include_usage ?? false);
      return sendEventStream(reply, through(texts, asked), pace);
    },
  };
}

/** What a client gets to see. */
function shownOf(request: CompletionRequest): Omit<TextOptions, 'turns'> {
  return {
    choicesEach: request.n,
    mostTop: request.logprobs,
    namesById: request.return_tokens_as_token_ids,
    showsTokenIds: request.return_token_ids,
    shownPromptTop: request.prompt_logprobs,
  };
}
