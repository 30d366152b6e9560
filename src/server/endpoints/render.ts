import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { renderedRequest, type RenderedRequest } from '../../api/tokenize.ts';
import type { AccountCalls } from '../../inference/accounts/account-calls.ts';
import type { Asker } from '../../inference/circumstances.ts';
import type { Models } from '../../inference/models/models.ts';
import type { TokenTools } from '../../inference/token-tools.ts';
import { parseChatRequest } from '../requests/chat-request.ts';
import { atPrompt } from '../at-prompt.ts';
import { parseCompletionRequest } from '../requests/completion-request.ts';
import type { Endpoint } from '../endpoint.ts';
import { circumstancesOf } from '../exchange.ts';
import { tellIgnored } from '../tell-fields.ts';

interface Parts {
  readonly models: Models;
  readonly tokenTools: TokenTools;
  readonly accountCalls: AccountCalls;
}

const failures = { 404: 'Requested model not found.' };

/** vLLM's render routes: what the model would read, without running it. */
export function renderChat({ models, tokenTools, accountCalls }: Parts): Endpoint {
  return {
    method: 'POST',
    path: '/v1/chat/completions/render',
    access: 'inference',
    isMetered: true,
    summary: 'The prompt and tokens of a chat completion, which does not run',
    operation: {
      id: 'renderChatCompletion',
      tag: 'Tokens',
      requestBody: 'ChatCompletionRequest',
      response: renderedRequest,
      failures,
    },
    async handle({ body, exchange }, reply) {
      const { request, ignored } = parseChatRequest(body);
      tellIgnored(reply, ignored);
      const circumstances = circumstancesOf(exchange);
      exchange.model = models.usableBy(circumstances.principal).idOf(request.model);
      return accountCalls.count(request.model, circumstances, () =>
        render(request, tokenTools, 'chatcmpl', circumstances),
      );
    },
  };
}

export function renderCompletion({ models, tokenTools, accountCalls }: Parts): Endpoint {
  return {
    method: 'POST',
    path: '/v1/completions/render',
    access: 'inference',
    isMetered: true,
    summary: 'The tokens of each prompt of a text completion, which does not run',
    operation: {
      id: 'renderCompletion',
      tag: 'Tokens',
      requestBody: 'CompletionRequest',
      response: z.array(renderedRequest),
      failures,
    },
    async handle({ body, exchange }, reply) {
      const { request, runs, ignored } = parseCompletionRequest(body);
      tellIgnored(reply, ignored);
      const circumstances = circumstancesOf(exchange);
      exchange.model = models.usableBy(circumstances.principal).idOf(request.model);
      const renderOne = async (run: EngineRequest, at: number) => {
        try {
          return await render(run, tokenTools, 'cmpl', circumstances);
        } catch (failure) {
          throw atPrompt(failure, request, at);
        }
      };
      return accountCalls.count(request.model, circumstances, () => Promise.all(runs.map(renderOne)));
    },
  };
}

async function render(
  request: EngineRequest,
  tokenTools: TokenTools,
  prefix: string,
  asker: Asker,
): Promise<RenderedRequest> {
  const { text, tokens } = await tokenTools.render(request, asker);
  return {
    request_id: `${prefix}-${randomBytes(16).toString('hex')}`,
    model: request.model,
    token_ids: [...tokens],
    prompt_text: text,
    sampling_params: samplingOf(request),
    stream: request.stream,
    priority: request.priority,
  };
}

/** How the answer would be chosen, in vLLM's names. */
function samplingOf(request: EngineRequest): Record<string, unknown> {
  return {
    n: request.n,
    temperature: request.temperature,
    top_p: request.top_p,
    top_k: request.top_k ?? -1,
    min_p: request.min_p,
    presence_penalty: request.presence_penalty,
    frequency_penalty: request.frequency_penalty,
    repetition_penalty: request.repetition_penalty,
    logit_bias: request.logit_bias ?? null,
    seed: request.seed ?? null,
    stop: request.stop,
    max_tokens: request.max_tokens ?? null,
    min_tokens: request.min_tokens,
    ignore_eos: request.ignore_eos,
    stop_token_ids: request.stop_token_ids,
    include_stop_str_in_output: request.include_stop_str_in_output,
    bad_words: request.bad_words,
    allowed_token_ids: request.allowed_token_ids ?? null,
    skip_special_tokens: request.skip_special_tokens,
    truncate_prompt_tokens: request.truncate_prompt_tokens ?? null,
    prompt_logprobs: request.prompt_logprobs ?? null,
    logprobs: request.logprobs ? (request.top_logprobs ?? 0) : null,
  };
}
