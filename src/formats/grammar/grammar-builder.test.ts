import { expect, it } from 'vitest';
import { createMatcher } from '../../../test/support/gbnf-matcher.ts';
import { GrammarBuilder } from './grammar-builder.ts';
import { literal } from './literal.ts';
import { addTextUntil } from './text-until.ts';
import { UnsupportedSchema } from './unsupported-schema.ts';

it('gives equal bodies one rule and others names of their own', () => {
  const builder = new GrammarBuilder();

  expect(builder.add('a', '"x"')).toBe('a');
  expect(builder.add('a', '"y"')).toBe('a-2');
  expect(builder.add('b', '"x"')).toBe('a');
});

it('makes legal names of any', () => {
  expect(new GrammarBuilder().add('straße_1 {x}', '"x"')).toBe('stra-e-1-x-');
  expect(new GrammarBuilder().add('', '"x"')).toBe('rule');
});

it('starts with the root, whatever the others are called', () => {
  const builder = new GrammarBuilder();
  const other = builder.add('root', '"x"');
  const start = builder.add('start', `${other} ${other}`);

  expect(builder.build(start)).toBe('root ::= start\nroot-2 ::= "x"\nstart ::= root-2 root-2\n');
});

it('builds rules that go on with themselves', () => {
  const builder = new GrammarBuilder();
  builder.define(builder.reserve('a'), '("b" | "c") a | [()|] a | "| a" a | ""');

  expect(createMatcher(builder.build('a'))('bc(|| ab')).toBe(true);
});

it('refuses a grammar that grows beyond bounds', () => {
  expect(() => new GrammarBuilder().add('a', `"${'x'.repeat(600_000)}"`)).toThrow(UnsupportedSchema);
});

it.each(['', 'a', 'é😀', '"\\', 'a\nb\r\t', '\u0001\u007F\0', '[^]{1}|()', "it's"])(
  'spells %j as a literal',
  (text) => {
    const accepts = createMatcher(`root ::= "<" ${literal(text)} ">"\n`);

    expect(accepts(`<${text}>`)).toBe(true);
    expect(accepts(`<${text}x>`)).toBe(false);
  },
);

it.each(['</tool_call>', 'aab', 'aaa', 'abab', '\n\n', '[/]-^"\\', '😀é😀'])('adds the texts without %j', (stop) => {
  const builder = new GrammarBuilder();
  const accepts = createMatcher(builder.build(addTextUntil(builder, stop)));
  const characters = Array.from(stop);
  // Everything that can be written with the characters of the stop and another, up to a length.
  const alphabet = [...new Set([...characters.slice(0, 3), characters.at(-1) ?? '', 'z'])];
  const texts = [''];
  for (const text of texts) {
    if (Array.from(text).length < Math.min(6, characters.length + 2)) texts.push(...alphabet.map((c) => text + c));
  }
  const start = characters.slice(0, -1).join('');
  texts.push(stop, `x${stop}`, `${stop}x`, start, start + stop, characters.slice(1).join(''));

  expect(texts.filter((text) => accepts(text) === text.includes(stop))).toEqual([]);
});
