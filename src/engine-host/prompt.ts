import type { PromptSegment } from '../formats/chat-template.ts';
import type { Vocabulary } from './vocabulary.ts';

/**
 * Token ids of a rendered prompt. Data segments are cut after their first character, so that not even a
 * tokenizer that always recognises its user-defined tokens can see one in what a user wrote.
 */
export function tokenizePrompt(vocabulary: Vocabulary, segments: readonly PromptSegment[]): Int32Array {
  const parts: Int32Array[] = [];
  for (const { text, isData } of segments) {
    if (isData) {
      const [first = ''] = text;
      parts.push(vocabulary.tokenize(first, false), vocabulary.tokenize(text.slice(first.length), false));
    } else {
      parts.push(vocabulary.tokenize(text, true));
    }
  }
  const { id, isAdded } = vocabulary.beginOfSequence;
  const tokens = parts.flatMap((part) => [...part]);
  if (isAdded && id >= 0 && tokens[0] !== id) tokens.unshift(id);
  return Int32Array.from(tokens);
}
