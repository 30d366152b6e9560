import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { LogprobEntry } from './completion-logprobs.ts';

/** What an engine says of a prompt where it is asked, in vLLM's shape. */
export type PromptReport = Pick<ChatCompletionChunk, 'prompt_token_ids' | 'prompt_logprobs'>;
type PromptLogprob = NonNullable<NonNullable<PromptReport['prompt_logprobs']>[number]>[string];

/** The prompt that is echoed, and the text of its first token, of which the report tells nothing. */
export interface EchoedPrompt {
  readonly text: string;
  readonly firstToken: string;
}

/** The entries of a prompt's tokens, the likeliest up to `mostTop`; none when the engine reports none. */
export function promptEntries(
  { prompt_token_ids: ids, prompt_logprobs: places }: PromptReport,
  { text, firstToken }: EchoedPrompt,
  mostTop: number,
): LogprobEntry[] {
  if (!ids || !places) return [];
  return ids.map((id, at): LogprobEntry => {
    const place = places[at];
    const said = place?.[id];
    if (!place || !said) {
      // What the model wants before every text is no part of it.
      const isText = at > 0 || text.startsWith(firstToken);
      const token = at === 0 ? firstToken : '';
      return { token, logprob: null, bytes: isText ? bytesOf(token) : null, top_logprobs: [] };
    }
    const top = Object.values(place)
      .filter(({ rank }) => rank <= mostTop)
      .toSorted((a, b) => a.rank - b.rank);
    return { ...entryOf(said), top_logprobs: top.map(entryOf) };
  });
}

function entryOf({ decoded_token: token, logprob }: PromptLogprob) {
  return { token, logprob, bytes: bytesOf(token) };
}

function bytesOf(text: string): number[] {
  return [...Buffer.from(text)];
}
