import type { EngineRequest } from '../api/internal/engine-request.ts';
import type { Asker } from '../inference/circumstances.ts';
import type { EchoedPrompt } from '../inference/text-completions/prompt-entries.ts';
import type { TokenTools } from '../inference/token-tools.ts';
import { atPrompt } from './at-prompt.ts';
import type { ParsedCompletion } from './requests/completion-request.ts';

/**
 * What the choices of each prompt begin with: the prompt as the model reads it. Ids are told as text by the engine; so
 * is what is left of a prompt that is cut, and the first token, where log probabilities are asked for.
 */
export async function echoedPrompts(
  { request, runs }: Pick<ParsedCompletion, 'request' | 'runs'>,
  tokenTools: TokenTools,
  asker: Asker,
): Promise<readonly EchoedPrompt[]> {
  return Promise.all(
    runs.map(async (run, index) => {
      try {
        return await echoedPrompt(run, tokenTools, asker);
      } catch (failure) {
        throw atPrompt(failure, request, index);
      }
    }),
  );
}

async function echoedPrompt(run: EngineRequest, tokenTools: TokenTools, asker: Asker): Promise<EchoedPrompt> {
  const { model, prompt = '', logprobs, truncate_prompt_tokens: kept } = run;
  if (!logprobs && kept === undefined) {
    const text = typeof prompt === 'string' ? prompt : await tokenTools.detokenize(model, prompt, asker);
    return { text, firstToken: '' };
  }
  const { text, tokens } = await tokenTools.render(run, asker);
  return { text, firstToken: logprobs ? await tokenTools.detokenize(model, tokens.slice(0, 1), asker) : '' };
}
