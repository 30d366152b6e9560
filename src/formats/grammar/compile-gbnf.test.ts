import { describe, expect, it } from 'vitest';
import { createMatcher } from '../../../test/support/gbnf-matcher.ts';
import { compileGbnf } from './compile-gbnf.ts';
import { GrammarAutomaton } from './grammar-automaton.ts';
import { StateBudget } from './state-budget.ts';
import { UnsupportedGrammar } from './unsupported-grammar.ts';

function accepting(grammar: string): (text: string) => boolean {
  const automaton = new GrammarAutomaton(compileGbnf(grammar), new StateBudget(1000));
  return (text) => automaton.run(automaton.start, Buffer.from(text))?.accepts === true;
}

describe('a grammar that a client may write', () => {
  it.each([
    ['alternatives', 'root ::= "yes" | "no"', ['yes', 'no'], ['', 'y', 'yesno']],
    ['rules', 'root ::= a "-" a\na ::= [0-9]+', ['1-23'], ['1-', '-1']],
    ['groups', 'root ::= ("a" | "b" ("c")? )* "d"', ['d', 'abcd', 'bd'], ['cd', 'ab']],
    ['counts', 'root ::= "ab"{2} "c"{0,2} "d"{1,} "e"{,1}', ['ababd', 'ababccdde'], ['abd', 'ababcccd']],
    ['any character', 'root ::= . . ', ['ab', 'é😀', '\n\n'], ['a', 'abc']],
    ['negated sets', 'root ::= [^a-c"\\n] [\\x41-\\u00e9]', ['zé', '😀A'], ['aA', '\nA', 'z😀']],
    ['sets with dashes and brackets', 'root ::= [a\\-z\\]^-]+', ['a-z]^', '-'], ['b']],
    ['characters beyond ASCII', 'root ::= [а-я]+ [\\U0001F600-\\U0001F64F]?', ['привет', 'да😀'], ['Ж', '😀']],
    ['empty alternatives', 'root ::= "a" (|"b") "" ', ['a', 'ab'], ['', 'abb']],
    ['comments', '# what\nroot ::= "a" # first\n  "#" # second', ['a#'], ['a']],
    ['alternatives in lines of their own', 'root ::= "a"\n  | "b"\n  | c\nc ::= "c"', ['a', 'b', 'c'], ['ab']],
    ['names with underscores', 'root ::= my_rule\nmy_rule ::= "a"', ['a'], ['b']],
    ['rules that come back', 'root ::= "(" root ")" | ""', ['', '(())'], ['(()', ')']],
    ['repetitions of what may be empty', 'root ::= ("a"? "b"?)* "c"', ['c', 'abbac'], ['ab']],
    ['repetitions within repetitions', 'root ::= (("a"*)+ "b"{0,3})*', ['', 'aab', 'bbbb'], ['c']],
  ])('has %s', (_, grammar, accepted, refused) => {
    const accepts = accepting(grammar);

    expect(accepted.filter((text) => !accepts(text))).toEqual([]);
    expect(refused.filter((text) => accepts(text))).toEqual([]);
  });
});

describe('is refused with line and reason:', () => {
  it.each([
    ['nothing', '', 'line 1: there is no rule `root`'],
    ['no rule', 'root', 'line 1: a rule is expected'],
    ['no root', 'a ::= "b"', 'there is no rule `root`'],
    ['an undefined rule', 'root ::= "a"\n | b', 'line 2: the rule `b` is not defined'],
    ['two of a name', 'root ::= "a"\nroot ::= "b"', 'line 2: the rule `root` is defined twice'],
    ['an open text', 'root ::= "a', 'line 1: a text is not closed'],
    ['an open set', 'root ::= [a', 'line 1: a set of characters is not closed'],
    ['an open group', 'root ::= ("a"\n', 'a group that opens in line 1 is not closed'],
    ['a quantifier alone', 'root ::= *', 'nothing to repeat'],
    ['two quantifiers', 'root ::= "a"+?', 'a quantifier follows another'],
    ['too many repetitions', 'root ::= "a"{3000}', 'more than 2000 times'],
    ['bounds in the wrong order', 'root ::= "a"{3,2}', 'wrong order'],
    ['an unknown escape', 'root ::= "\\q"', '\\q is not an escape'],
    ['half a character', 'root ::= "\\ud800"', 'names no character'],
    ['deep nesting', `root ::= ${'('.repeat(5000)}"a"${')'.repeat(5000)}`, 'nest deeper'],
    ['a zero', 'root ::= "a"\0', 'not expected'],
    ['the notation of Lark', 'start: "a" | "b"', 'Lark'],
    ['a rule that begins with itself', 'root ::= root "a"', '`root` begins with itself'],
    ['such a rule behind what may be empty', 'root ::= a\na ::= e a "a"\ne ::= "b" | ""', '`a` begins with itself'],
    ['such a rule behind an optional group', 'root ::= ("b" | "c"*) root "a"', 'begins with itself'],
    ['such a rule by a detour', 'root ::= "x" | b "a"\nb ::= root', 'begins with itself'],
    ['what grows too large', `root ::= ${'("a"{2000} "b"){2000} '.repeat(200)}`, 'too large'],
  ])('%s', (_, grammar, message) => {
    const refusal = () => compileGbnf(grammar);

    expect(refusal).toThrow(UnsupportedGrammar);
    expect(refusal).toThrow(message);
  });
});

describe('following', () => {
  it.each([
    ['two ways for every character', 'root ::= "a" root "b" | "a" root "c" | ""'],
    ['a sum that may be grouped in any way', 'root ::= "a" | "(" root ")" ("+" root)*'],
    ['optional parts in a row', `root ::= ${'"a"? '.repeat(30)}`],
  ])('takes no more time for a text than its length: %s', (_, grammar) => {
    const automaton = new GrammarAutomaton(compileGbnf(grammar), new StateBudget(100_000));
    const stepsFor = (text: string) => {
      const before = automaton.steps;
      automaton.run(automaton.start, Buffer.from(text));
      return automaton.steps - before;
    };
    stepsFor('a'.repeat(20));

    expect(stepsFor('a'.repeat(40))).toBeLessThan(2000);
  });

  it('goes on when everything that was remembered is forgotten', () => {
    const grammar = 'root ::= "[" (root ("," root)*)? "]"';
    const automaton = new GrammarAutomaton(compileGbnf(grammar), new StateBudget(3));
    const text = `[${'[[],[[]]],'.repeat(30)}[]]`;

    expect(automaton.run(automaton.start, Buffer.from(text))?.accepts).toBe(true);
    expect(createMatcher(grammar)(text)).toBe(true);
  });
});
