import type { ChatCompletionChunk } from '../../api/chat-completion-chunk.ts';
import type { PromptLogprobs } from '../../api/token-details.ts';
import { mapInTurns } from '../../lib/map-in-turns.ts';
import type { Turns } from '../../lib/turns.ts';
import type { LogprobEntry } from './completion-logprobs.ts';

/** What an engine says of a prompt where it is asked, in vLLM's shape. */
export type PromptReport = Pick<ChatCompletionChunk, 'prompt_token_ids' | 'prompt_logprobs'>;
type PromptLogprob = NonNullable<PromptLogprobs[number]>[string];

/** The prompt that is echoed, and the text of its first token, of which the report tells nothing. */
export interface EchoedPrompt {
  readonly text: string;
  readonly firstToken: string;
}

interface EntryOptions {
  /** How many of the likeliest tokens are told of each. */
  readonly mostTop: number;
  /** Whether tokens go by their ids: `token_id:7`. */
  readonly namesById: boolean;
  /** Prompts may be long. */
  readonly turns: Turns;
}

/** The entries of a prompt's tokens; none when the engine reports none. */
export async function promptEntries(
  { prompt_token_ids: ids, prompt_logprobs: places }: PromptReport,
  { text, firstToken }: EchoedPrompt,
  { mostTop, namesById, turns }: EntryOptions,
): Promise<LogprobEntry[]> {
  if (!ids || !places) return [];
  const nameOf = (id: number | string, token: string) => (namesById ? `token_id:${id}` : token);
  const entryOf = (id: number | string, { decoded_token: token, logprob, bytes }: PromptLogprob) => ({
    token: nameOf(id, token),
    logprob,
    bytes: bytes ?? bytesOf(token),
  });
  const saidOf = (id: number, at: number) => places[at]?.[id];
  const lengthOf = (said: PromptLogprob) => said.bytes?.length ?? Buffer.byteLength(said.decoded_token);
  const lengthAfterFirst = ids.map(saidOf).reduce((sum, said, at) => sum + (at > 0 && said ? lengthOf(said) : 0), 0);
  const left = Buffer.byteLength(text) - lengthAfterFirst;
  const ofFirst = firstBytes(firstToken, text, left);
  const entryAt = (id: number, at: number): LogprobEntry => {
    const place = places[at];
    const said = saidOf(id, at);
    if (!place || !said) {
      const [token, bytes] = at === 0 ? [firstToken, ofFirst] : ['', []];
      return { token: nameOf(id, token), logprob: null, bytes, top_logprobs: [] };
    }
    const top = Object.entries(place)
      .filter(([, { rank }]) => rank <= mostTop)
      .toSorted(([, a], [, b]) => a.rank - b.rank);
    const entry = { ...entryOf(id, said), top_logprobs: top.map(([other, each]) => entryOf(other, each)) };
    return at === 1 && ofFirst === null ? { ...entry, bytes: withoutAddedSpace(entry.bytes, -left) } : entry;
  };
  return mapInTurns(ids, entryAt, turns);
}

/**
 * A report with no more than so many of the likeliest beside each token of the prompt. Whoever asks an engine for more than
 * a client wants asks for the tokens' ids too: a report without them is as the client wants it.
 */
export async function withTop(
  places: PromptLogprobs,
  ids: readonly number[] | undefined,
  { most, turns }: { readonly most: number; readonly turns: Turns },
): Promise<PromptLogprobs> {
  if (!ids) return places;
  const placeAt = (place: PromptLogprobs[number], at: number) =>
    place &&
    Object.fromEntries(Object.entries(place).filter(([id, { rank }]) => rank <= most || Number(id) === ids[at]));
  return mapInTurns(places, placeAt, turns);
}

/**
 * What the first token adds to the text; null where that is nothing, since the model wants it before every text. Of a
 * part of a character, whose own text says nothing, it is what the other tokens leave of the text.
 */
function firstBytes(token: string, text: string, left: number): number[] | null {
  if (text.startsWith(token)) return bytesOf(token);
  if (!token.includes('\uFFFD')) return null;
  const own = bytesOf(text).slice(0, Math.max(0, left));
  return Buffer.from(own).toString() === token ? own : null;
}

/** Without the space that some tokenizers put before a text, which is a token's, and not the text's. */
function withoutAddedSpace(bytes: number[], surplus: number): number[] {
  return surplus === 1 && bytes[0] === 0x20 ? bytes.slice(1) : bytes;
}

function bytesOf(text: string): number[] {
  return [...Buffer.from(text)];
}
