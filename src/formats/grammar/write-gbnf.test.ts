import { expect, it } from 'vitest';
import { readGbnf } from './read-gbnf.ts';
import { writeGbnf } from './write-gbnf.ts';

const written = (text: string) => writeGbnf(readGbnf(text), new Map([['root', 'root']]), 'r');

it('a grammar is written in the syntax that llama.cpp reads', () => {
  const text = 'root ::= my_rule{2,} ("a" | [^x]?)\n# a comment\nmy_rule ::= "yes\\n"\n | ""';

  expect(written(text)).toBe(
    'root ::= r1{2,} ("a" | [\\x00-wy-\\uD7FF\\uE000-\\U0010FFFF]{0,1})\nr1 ::= "yes\\n" | ""\n',
  );
});

it('what was written is read as the same again', () => {
  const text = 'root ::= thing* "\\"" other{3}\nthing ::= [a-z_] (root | "é")\nother ::= . "x"{1,4}';
  const once = written(text);

  expect(written(once)).toBe(once);
});
