import type { ChatCompletionRequest } from '../../api/chat-completion-request.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';
import { ManifoldError } from '../../errors.ts';

type Fields = Pick<
  ChatCompletionRequest,
  'thinking_token_budget' | 'max_thinking_tokens' | 'reasoning_budget' | 'nvext'
>;

/** The budget of a request in one spelling, with the name it had. Two that differ are a 400. */
export function oneThinkingBudget(request: Fields): EngineRequest['thinking_budget'] {
  const spellings = [
    { param: 'thinking_token_budget', tokens: request.thinking_token_budget },
    { param: 'max_thinking_tokens', tokens: request.max_thinking_tokens },
    { param: 'reasoning_budget', tokens: request.reasoning_budget },
    { param: 'nvext.max_thinking_tokens', tokens: request.nvext?.max_thinking_tokens },
  ];
  const given = spellings.flatMap(({ param, tokens }) => (typeof tokens === 'number' ? [{ param, tokens }] : []));
  const [first] = given;
  const other = given.find(({ tokens }) => tokens !== first?.tokens);
  if (first && other) {
    throw new ManifoldError(
      'invalid_value',
      `\`${first.param}\` and \`${other.param}\` are two names of one limit and differ; leave one of them out.`,
      { param: first.param },
    );
  }
  return first && first.tokens >= 0 ? first : undefined;
}
