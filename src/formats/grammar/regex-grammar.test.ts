import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { compileGbnf } from './compile-gbnf.ts';
import { GrammarAutomaton } from './grammar-automaton.ts';
import { readGbnf } from './read-gbnf.ts';
import { regexGrammar } from './regex-grammar.ts';
import { UnsupportedRegex } from './regex-reader.ts';
import { StateBudget } from './state-budget.ts';

/** Whether a grammar permits a text. */
function permits(grammar: string, text: string): boolean {
  const automaton = new GrammarAutomaton(compileGbnf('', readGbnf(grammar)), new StateBudget(Infinity));
  const end = automaton.run(automaton.start, Buffer.from(text));
  return end?.accepts === true;
}

const whole = (pattern: string) => new RegExp(`^(?:${pattern})$`, 'u');

describe('the grammar of a regular expression', () => {
  it.each([
    ['[a-c]{2,3}', ['ab', 'abc', 'a', 'abcd', 'xy']],
    ['^(?:yes|no)$', ['yes', 'no', 'yesno', '']],
    ['^a|b$', ['a', 'b', 'ab']],
    ['\\d{4}-\\d{2}', ['2026-11', '2026-1', '2026-111']],
    ['(ab?)*', ['', 'a', 'abab', 'abb']],
    ['"\\\\', ['"\\', '"']],
    ['ä{2}.', ['ääx', 'ää\n', 'äx']],
    ['(a|){3}', ['', 'aa', 'aaaa']],
  ])('%s permits what it matches and nothing else', (pattern, texts) => {
    const grammar = regexGrammar(pattern);

    for (const text of texts) expect([text, permits(grammar, text)]).toEqual([text, whole(pattern).test(text)]);
  });

  it('agrees with the expression on any text', () => {
    const atom = fc.constantFrom('a', 'b', '[ab]', '(?:a|bb)', '(?:ab)?', '[^a]');
    const count = fc.constantFrom('', '*', '+', '?', '{2}', '{1,3}');
    const pattern = fc
      .array(fc.tuple(atom, count), { minLength: 1, maxLength: 4 })
      .map((parts) => parts.map(([one, n]) => (n === '' || /[?)]\?$/.test(one) ? one : `(?:${one})${n}`)).join(''));
    fc.assert(
      fc.property(pattern, fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 8 }), (expression, text) => {
        expect(permits(regexGrammar(expression), text)).toBe(whole(expression).test(text));
      }),
      { numRuns: 200 },
    );
  });

  it.each(['(a{1000}){1000}', 'a{2000,3000}', 'a^b', '(?=a)b', '(a)\\1', '['])('refuses %s', (pattern) => {
    expect(() => regexGrammar(pattern)).toThrow(UnsupportedRegex);
  });
});
