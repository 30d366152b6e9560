import { chatCompletionRequest, defaultMaxTokens } from '../api/chat-completion-request.ts';
import type { EngineRequest } from '../api/internal/engine-request.ts';
import { laterParameters } from '../api/later-parameters.ts';
import { ManifoldError } from '../errors.ts';
import { checkHistory } from './check-history.ts';
import { checkTools } from './check-tools.ts';
import { oneReasoning } from './history-reasoning.ts';
import { refuseLaterParameters } from './later-parameters.ts';
import { oneThinkingBudget } from './thinking-budget.ts';
import { validate } from './validate.ts';

const printableName = /^[\w.-]{1,64}$/;
const mostNamesReported = 32;

/** A chat request as engines get it: validated, defaults filled in, one token limit, calls in one shape. */
export function parseChatRequest(body: unknown): {
  readonly request: EngineRequest;
  readonly ignored: readonly string[];
} {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) {
    throw new ManifoldError('invalid_type', 'The request body must be a JSON object.');
  }
  const fields: Readonly<Record<string, unknown>> = { ...body };
  refuseLaterParameters(fields);
  const request = validate(chatCompletionRequest, fields);
  if (request.stream_options && !request.stream) {
    throw new ManifoldError('invalid_value', '`stream_options` is only allowed together with `stream: true`.', {
      param: 'stream_options',
    });
  }
  // As in vLLM, 0 alone asks for nothing.
  if ((request.top_logprobs ?? 0) > 0 && !request.logprobs) {
    throw new ManifoldError('invalid_value', '`top_logprobs` is only allowed together with `logprobs: true`.', {
      param: 'top_logprobs',
    });
  }
  const maxTokens = request.max_completion_tokens ?? request.max_tokens ?? defaultMaxTokens;
  return {
    request: {
      ...request,
      ...checkTools(request),
      ...oneThinkingBudget(request),
      messages: oneReasoning(checkHistory(request.messages)),
      max_tokens: maxTokens,
      max_completion_tokens: undefined,
    },
    ignored: ignoredNames(fields),
  };
}

/** Top-level fields without any effect. Only names fit for a header are repeated. */
function ignoredNames(fields: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(fields)
    .filter((name) => !Object.hasOwn(chatCompletionRequest.shape, name) && !Object.hasOwn(laterParameters, name))
    .filter((name) => printableName.test(name))
    .slice(0, mostNamesReported);
}
