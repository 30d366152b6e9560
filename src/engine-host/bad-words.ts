import type { Vocabulary } from './vocabulary.ts';

/** Words that an answer may not hold. */
export interface BadWords {
  /** Whether this token, after those answered so far, would complete one. */
  completes(answered: readonly number[], token: number): boolean;
}

/**
 * A word counts where tokens spell it, alone or with a space before it, and nothing else: inside of a longer word it
 * may stand. vLLM refuses one way to spell it, this one all of them. Cost: the bytes of the longest word per token.
 */
export function createBadWords(words: readonly string[], vocabulary: Pick<Vocabulary, 'piece'>): BadWords | undefined {
  if (words.length === 0) return undefined;
  // Latin-1 keeps bytes apart, so that texts can be compared although a token may end inside of a character.
  const asBytes = (text: string) => Buffer.from(text).toString('latin1');
  const spelled = new Set(words.flatMap((word) => [asBytes(word.trimStart()), asBytes(` ${word.trimStart()}`)]));
  const longest = Math.max(...Array.from(spelled, (word) => word.length));
  const textOf = (token: number) => Buffer.from(vocabulary.piece(token)).toString('latin1');
  return {
    completes(answered, token) {
      let tail = textOf(token);
      if (tail === '') return false;
      for (let at = answered.length - 1; tail.length <= longest; at--) {
        if (spelled.has(tail)) return true;
        const before = answered[at];
        if (before === undefined) return false;
        tail = textOf(before) + tail;
      }
      return false;
    },
  };
}
