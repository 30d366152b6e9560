import fc from 'fast-check';
import { expect, it } from 'vitest';
import { matchesGlob } from './glob.ts';

it.each([
  ['meta/*', 'meta/llama-3.3-70b', true],
  ['meta/*', 'meta/', true],
  ['meta/*', 'metal/llama', false],
  ['*', '', true],
  ['*-instruct', 'meta/llama-instruct', true],
  ['*-instruct', 'meta/llama-instruct-x', false],
  ['a*b*c', 'abc', true],
  ['a*b*c', 'ac', false],
  ['ab*ba', 'aba', false],
  ['a.c', 'abc', false],
  ['', '', true],
  ['', 'a', false],
])('%s and %s: %s', (pattern, text, expected) => {
  expect(matchesGlob(pattern, text)).toBe(expected);
});

it('agrees with the regular expression that says the same', () => {
  const letters = fc.string({ unit: fc.constantFrom('a', 'b'), maxLength: 12 });
  const patterns = fc.string({ unit: fc.constantFrom('a', 'b', '*'), maxLength: 8 });
  fc.assert(
    fc.property(patterns, letters, (pattern, text) => {
      expect(matchesGlob(pattern, text)).toBe(new RegExp(`^${pattern.replaceAll(/\*+/g, '.*')}$`).test(text));
    }),
  );
});
