import type { CompletionRequest } from '../api/completion-request.ts';
import { ManifoldError } from '../errors.ts';

/**
 * An engine knows one prompt, and fields that the client did not send: its refusal in the client's terms, with the
 * prompt's place in the list.
 */
export function atPrompt(failure: unknown, request: CompletionRequest, index: number): unknown {
  if (!(failure instanceof ManifoldError)) return failure;
  const { param = '' } = failure;
  // An echoed prompt's log probabilities are asked for by `logprobs`.
  if (param === 'prompt_logprobs' && (request.logprobs ?? -1) >= (request.prompt_logprobs ?? 0)) {
    return renamed(failure, param, 'logprobs');
  }
  const at = request.prompt[index]?.at;
  const inPrompt = /^(?:prompt|tokens)(?=\[|$)/.exec(param)?.[0];
  return at === undefined || inPrompt === undefined ? failure : renamed(failure, inPrompt, at);
}

function renamed(failure: ManifoldError, name: string, by: string): ManifoldError {
  return new ManifoldError(failure.code, failure.message.replaceAll(`\`${name}`, `\`${by}`), {
    param: `${by}${failure.param?.slice(name.length) ?? ''}`,
    retryAfterSeconds: failure.retryAfterSeconds,
    cause: failure,
  });
}
