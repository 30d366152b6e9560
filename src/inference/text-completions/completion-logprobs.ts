import type { CompletionLogprobs } from '../../api/completion.ts';
import type { TokenLogprob } from '../../api/logprobs.ts';
import { mapInTurns } from '../../lib/map-in-turns.ts';
import type { Turns } from '../../lib/turns.ts';
import { Utf8Decoder } from '../../lib/utf8-decoder.ts';

type Lists = NonNullable<CompletionLogprobs>;
/** Entries that are written in a millisecond or two, whatever is reported of each. */
const slice = 64;

type Named = Pick<TokenLogprob, 'token' | 'bytes'>;

/** A token of an answer, or of its prompt, where the first has no log probability. */
export type LogprobEntry = Omit<TokenLogprob, 'logprob'> & { readonly logprob: number | null };

/** Writes the entries of one choice in the older shape; `text_offset` goes on from one call to the next. */
export type LogprobWriter = (entries: readonly LogprobEntry[]) => Lists;

/** `start`: characters of the choice's text before its first token. */
export function createLogprobWriter(start: number): LogprobWriter {
  let characters = start;
  // As the text is made of the tokens: a character counts once it is whole, and stray bytes are no part of it.
  const decoder = new Utf8Decoder();
  return (entries) => {
    const lists: Lists = { tokens: [], token_logprobs: [], top_logprobs: [], text_offset: [] };
    for (const entry of entries) {
      lists.tokens.push(nameOf(entry));
      lists.token_logprobs.push(entry.logprob);
      lists.top_logprobs.push(topOf(entry));
      // A token that goes on with a character begins where that character does.
      lists.text_offset.push(characters);
      characters += charactersIn(decoder.push(Uint8Array.from(entry.bytes ?? [])));
    }
    return lists;
  };
}

/** The same for entries that may be many, in slices. */
export async function writeInTurns(
  write: LogprobWriter,
  entries: readonly LogprobEntry[],
  turns: Turns,
): Promise<Lists> {
  if (entries.length <= slice) return write(entries);
  const slices = Array.from({ length: Math.ceil(entries.length / slice) }, (_, at) =>
    entries.slice(at * slice, (at + 1) * slice),
  );
  const [first, ...rest] = await mapInTurns(slices, write, turns);
  return rest.reduce(joinLists, first ?? write([]));
}

/** Adds to the first lists in place: answers are long. */
export function joinLists(lists: Lists, more: Lists): Lists {
  for (const each of more.tokens) lists.tokens.push(each);
  for (const each of more.token_logprobs) lists.token_logprobs.push(each);
  for (const each of more.top_logprobs) lists.top_logprobs.push(each);
  for (const each of more.text_offset) lists.text_offset.push(each);
  return lists;
}

/** The likeliest tokens by name, and the chosen one, which need not be among them. */
function topOf({ logprob, ...entry }: LogprobEntry): Record<string, number> | null {
  if (logprob === null) return null;
  const top = new Map<string, number>();
  for (const each of [...entry.top_logprobs, { ...entry, logprob }]) {
    const name = nameOf(each);
    // Tokens that say the same text are one here: the likelier counts.
    if (!top.has(name)) top.set(name, each.logprob);
  }
  return Object.fromEntries(top);
}

function nameOf({ token, bytes }: Named): string {
  if (!token.includes('\uFFFD') || bytes === null) return token;
  // The text may hold that very character.
  if (Buffer.from(token).equals(Buffer.from(bytes))) return token;
  return `bytes:${bytes.map((byte) => `\\x${byte.toString(16).padStart(2, '0')}`).join('')}`;
}

/** Characters as clients in most languages count them: code points. */
export function charactersIn(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
