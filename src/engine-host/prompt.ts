import type { PromptSegment } from '../formats/chat-template.ts';
import type { Vocabulary } from './vocabulary.ts';

/** Characters that are tokenized in a row on the event loop: about two milliseconds. Calls away from it cost more. */
const mostInARow = 4096;

/**
 * Token ids of a rendered prompt. Data segments are cut after their first character, so that not even a
 * tokenizer that always recognises its user-defined tokens can see one in what a user wrote.
 */
export async function tokenizePrompt(
  vocabulary: Pick<Vocabulary, 'tokenize' | 'tokenizeOffLoop' | 'beginOfSequence'>,
  segments: readonly PromptSegment[],
): Promise<Int32Array> {
  let inARow = 0;
  const tokenize = (text: string, parsesSpecial: boolean) => {
    inARow += text.length;
    if (inARow <= mostInARow) return vocabulary.tokenize(text, parsesSpecial);
    inARow = 0;
    return vocabulary.tokenizeOffLoop(text, parsesSpecial);
  };
  const parts: Int32Array[] = [];
  for (const { text, isData } of segments) {
    const [first = ''] = isData ? text : '';
    if (first !== '') parts.push(vocabulary.tokenize(first, false));
    parts.push(await tokenize(text.slice(first.length), !isData));
  }
  const { id, isAdded } = vocabulary.beginOfSequence;
  const opening = parts.find(({ length }) => length > 0)?.[0];
  if (isAdded && id >= 0 && opening !== id) parts.unshift(Int32Array.of(id));
  return joined(parts);
}

function joined(parts: readonly Int32Array[]): Int32Array {
  const tokens = new Int32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    tokens.set(part, at);
    at += part.length;
  }
  return tokens;
}
