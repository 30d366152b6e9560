import {
  chatCompletionRequest,
  defaultMaxTokens,
  type ChatCompletionRequest,
} from '../../api/chat-completion-request.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { laterParameters } from '../../api/later-parameters.ts';
import { ManifoldError } from '../../errors.ts';
import { bodyFields } from './body-fields.ts';
import { checkContinuation } from './check-continuation.ts';
import { checkHistory } from './check-history.ts';
import { checkTools } from './check-tools.ts';
import { createFieldsReader } from './fields-reader.ts';
import { oneReasoning } from './history-reasoning.ts';
import { fitForHeader, ignoredMembers, ignoredNames } from './ignored-names.ts';
import { refuseLaterParameters } from './later-parameters.ts';
import { takeOutput } from './take-output.ts';
import { oneThinkingBudget } from './thinking-budget.ts';

const readFields = createFieldsReader(chatCompletionRequest);

/**
 * A chat request as engines get it: validated, defaults filled in, one token limit, calls in one shape, one word on
 * what the content has to be. Beside it the names of what was dropped, and of what is done in another way than asked.
 */
export function parseChatRequest(body: unknown): {
  readonly request: EngineRequest;
  readonly ignored: readonly string[];
  readonly emulated: readonly string[];
} {
  const fields = bodyFields(body);
  refuseLaterParameters(fields);
  const asked: ChatCompletionRequest = readFields(fields);
  const { rest: request, output, emulated } = takeOutput(asked);
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
  if (request.logprob_token_ids.length > 0 && !request.logprobs) {
    throw new ManifoldError('invalid_value', '`logprob_token_ids` is only allowed together with `logprobs: true`.', {
      param: 'logprob_token_ids',
    });
  }
  checkContinuation(request);
  const maxTokens = request.max_completion_tokens ?? request.max_tokens ?? defaultMaxTokens;
  const { tools, tool_choice: toolChoice } = checkTools(request);
  return {
    // One literal: a second object spread into it would cost as much as everything else here.
    request: {
      ...request,
      tools,
      tool_choice: toolChoice,
      thinking_budget: oneThinkingBudget(asked),
      thinking_token_budget: undefined,
      max_thinking_tokens: undefined,
      reasoning_budget: undefined,
      output,
      messages: oneReasoning(checkHistory(request.messages)),
      max_tokens: maxTokens,
      max_completion_tokens: undefined,
    },
    ignored: fitForHeader([
      ...ignoredNames(fields, chatCompletionRequest.shape, laterParameters),
      ...ignoredMembers(fields, asked),
    ]),
    emulated,
  };
}
