import type { CompletionRequest } from '../api/completion-request.ts';
import type { Prompt } from '../api/prompts.ts';
import type { EchoedPrompt } from '../inference/prompt-entries.ts';
import type { TokenTools } from '../inference/token-tools.ts';
import { atPrompt } from './completion-request.ts';

/**
 * What the choices of each prompt begin with. Ids are told as text by the engine; so is the first token, where log
 * probabilities are asked for.
 */
export async function echoedPrompts(
  { model, prompt: prompts, logprobs }: CompletionRequest,
  tokenTools: TokenTools,
  signal: AbortSignal,
): Promise<readonly EchoedPrompt[]> {
  const idsOf = async ({ value }: Prompt): Promise<readonly number[]> => {
    if (typeof value !== 'string') return value;
    const call = { text: value, addsSpecialTokens: true, isNamed: false };
    return (await tokenTools.tokenize(model, call, signal)).tokens;
  };
  return Promise.all(
    prompts.map(async (prompt): Promise<EchoedPrompt> => {
      try {
        const { value } = prompt;
        const text = typeof value === 'string' ? value : await tokenTools.detokenize(model, value, signal);
        if (logprobs === undefined) return { text, firstToken: '' };
        const first = (await idsOf(prompt)).slice(0, 1);
        return { text, firstToken: await tokenTools.detokenize(model, first, signal) };
      } catch (failure) {
        throw atPrompt(failure, prompt);
      }
    }),
  );
}
