import { expect, it } from 'vitest';
import { createMatcher } from '../../../test/support/gbnf-matcher.ts';
import { GrammarBuilder } from './grammar-builder.ts';
import { Budget } from './limits.ts';
import { addWordTree } from './word-tree.ts';

it.each([
  [['yes']],
  [['a', 'ab', 'abc', 'b', '']],
  [['Europe/Rome', 'Europe/Riga', 'Asia/Rangoon', 'Europe/Rome']],
  [['😀', '😃', '"', '\\', '\n', 'é', 'e\u0301']],
])('accepts exactly %j', (words) => {
  const builder = new GrammarBuilder();
  const accepts = createMatcher(builder.build(addWordTree(builder, words, new Budget())));
  const others = words
    .flatMap((word) => [`${word}x`, word.slice(1), word.slice(0, -1)])
    .filter((each) => !words.includes(each));

  expect(words.filter((word) => !accepts(word))).toEqual([]);
  expect(others.filter((word) => accepts(word))).toEqual([]);
});
