import { describe, expect, it } from 'vitest';
import { createBadWords } from './bad-words.ts';

/** Each token is the bytes given for it. */
function badWords(words: string[], pieces: (string | Uint8Array)[]) {
  const vocabulary = { piece: (token: number) => Buffer.from(pieces[token] ?? '') };
  return createBadWords(words, vocabulary);
}

describe('bad words', () => {
  it('are completed by the token that spells their end', () => {
    const rules = badWords(['hello'], ['he', 'llo', 'l', 'lo', 'hello', 'x']);

    expect(rules?.completes([], 4)).toBe(true);
    expect(rules?.completes([5, 0], 1)).toBe(true);
    expect(rules?.completes([5, 0, 2], 3)).toBe(true);
    expect(rules?.completes([5, 0], 3)).toBe(false);
    expect(rules?.completes([1], 0)).toBe(false);
  });

  it('are found after a space too, whichever token has it, and however they were given', () => {
    const rules = badWords(['  two words'], [' two', ' words', ' ', 'two', 'words']);

    expect(rules?.completes([0], 1)).toBe(true);
    expect(rules?.completes([2, 3], 1)).toBe(true);
    expect(rules?.completes([3, 2], 4)).toBe(true);
    expect(rules?.completes([], 1)).toBe(false);
  });

  it('are not seen inside of longer tokens', () => {
    const rules = badWords(['ass'], ['class', 'as', 'assign', 'cl']);

    expect(rules?.completes([], 0)).toBe(false);
    expect(rules?.completes([], 2)).toBe(false);
    expect(rules?.completes([3], 1)).toBe(false);
  });

  it('may end in the middle of a character that tokens share', () => {
    const [first = 0, second = 0] = Buffer.from('é');
    const rules = badWords(['é'], [Uint8Array.of(first), Uint8Array.of(second)]);

    expect(rules?.completes([], 0)).toBe(false);
    expect(rules?.completes([0], 1)).toBe(true);
  });

  it('are no concern of tokens without text, nor is an empty list', () => {
    expect(badWords(['a'], ['', 'a'])?.completes([1], 0)).toBe(false);
    expect(badWords([], ['a'])).toBeUndefined();
  });
});
