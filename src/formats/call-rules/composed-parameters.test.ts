import { Ajv2020 } from 'ajv/dist/2020.js';
import { describe, expect, it } from 'vitest';
import { createRandom, collectAnswer } from '../../../test/formats/collect-answer.ts';
import { createGenerator } from '../../../test/support/gbnf-generator.ts';
import { ManifoldError } from '../../errors.ts';
import { answerGrammar } from '../answer-grammar.ts';
import type { OutputFormat } from '../output-format.ts';
import { everyFormat } from '../recognise-format.ts';

const ajv = new Ajv2020({ strict: false, logger: false });
const color = { type: 'string', enum: ['red', 'green'] };
const address = { type: 'object', properties: { zip: { type: 'string' }, no: { type: 'integer' } }, required: ['zip'] };

/** Parameters as libraries write them: definitions referred to, options that may be null, objects of parts. */
const composed: Record<string, Record<string, unknown>> = {
  'a list of texts that is referred to': { properties: { c: { $ref: '#/$defs/C' } }, $defs: { C: color } },
  'a list of texts in allOf': {
    properties: { c: { allOf: [{ $ref: '#/$defs/C' }], default: 'red' } },
    $defs: { C: color },
  },
  'a list of texts, or null, which it does not have': {
    properties: { c: { type: ['string', 'null'], enum: ['red', 'green'] } },
  },
  'a list of separators': { properties: { c: { type: 'string', enum: ['\n', '\n\n', ' ', '\t', ';\n'] } } },
  'a list of texts, or null': { properties: { c: { anyOf: [color, { type: 'null' }] } } },
  'an object that is referred to': { properties: { a: { $ref: '#/$defs/A' } }, $defs: { A: address } },
  'an object, or null': {
    properties: { a: { anyOf: [{ $ref: '#/$defs/A' }, { type: 'null' }] } },
    $defs: { A: address },
  },
  'an object of several forms': {
    properties: {
      a: {
        oneOf: [
          { type: 'object', properties: { kind: { const: 'x' }, x: { type: 'number' } }, required: ['kind', 'x'] },
          { type: 'object', properties: { kind: { const: 'y' }, y: { type: 'string' } }, required: ['kind', 'y'] },
        ],
      },
    },
  },
  'items that are referred to': {
    properties: { a: { type: 'array', items: { $ref: '#/$defs/A' } } },
    $defs: { A: address },
  },
  'items, or null': { properties: { a: { anyOf: [{ type: 'array', items: { type: 'string' } }, { type: 'null' }] } } },
  'another property': { properties: { b: address, a: { $ref: '#/properties/b' } } },
  'the whole again': { properties: { v: { type: 'integer' }, a: { anyOf: [{ $ref: '#' }, { type: 'null' }] } } },
  'parameters that are referred to': {
    $ref: '#/definitions/P',
    definitions: { P: { ...address, required: ['zip', 'no'] } },
  },
  'parameters in parts': {
    allOf: [{ properties: { a: color }, required: ['a'] }, { properties: { b: { type: 'string' } } }],
  },
  'parameters in parts of which one forbids all others': {
    allOf: [
      { properties: { a: color }, required: ['a'], additionalProperties: false },
      { properties: { a: { type: 'string' }, b: { type: 'string' } } },
    ],
  },
  'parts that say of all others what they are': {
    allOf: [
      { properties: { a: color }, additionalProperties: { type: 'integer' } },
      { properties: { b: { type: ['integer', 'string'] } }, required: ['b'] },
    ],
  },
  'a text in one part, of which another says that all may be null': {
    allOf: [{ properties: { a: color }, required: ['a'] }, { additionalProperties: { type: ['string', 'null'] } }],
  },
  'one parameter or another': {
    properties: { a: { type: 'string' }, b: { type: 'string' } },
    anyOf: [{ required: ['a'] }, { required: ['b'] }],
  },
  'a parameter that is required only': { properties: { a: { type: 'string' } }, required: ['a', 'b'] },
  'parameters that are named as items are': {
    properties: {
      item: { type: 'string' },
      o: { type: 'object', properties: { item: { type: 'string' }, n: { type: 'integer' } }, required: ['item'] },
      list: { type: 'array', items: { type: 'object', properties: { item: color }, required: ['item'] } },
    },
  },
  'names that are no words': {
    properties: {
      'first name': { type: 'string' },
      '2fa': { type: 'boolean' },
      'a,b': { type: 'integer' },
      'a:b=c)d': { type: 'string' },
      "it's": { type: 'string' },
      'a\\b': { type: 'string' },
      '🐟': { type: 'integer' },
    },
  },
  'names that quotes stand in, or that look escaped': {
    properties: {
      '"quoted"': { type: 'string' },
      "'quoted'": { type: 'integer' },
      'a"b': { type: 'string' },
      'a&amp;b': { type: 'string' },
      'c&quot;d': { type: 'integer' },
      'q&a': { type: 'string' },
    },
  },
  'names of other languages': { properties: { größe: { type: 'integer' }, '@id': { type: 'string' } } },
};

/** Tags that are named as their parameters are cannot have it. */
const padded = {
  'names with white space around them': { properties: { ' a ': { type: 'string' }, 'b ': { type: 'integer' } } },
};

function parametersOf(schema: Record<string, unknown>) {
  const isWhole = ['$ref', 'allOf', 'anyOf', 'required'].some((keyword) => keyword in schema);
  return { type: 'object', ...schema, ...(!isWhole && { required: Object.keys(schema['properties'] as object) }) };
}

function grammarFor(format: OutputFormat, parameters: Record<string, unknown>, strict = false, name = 'f') {
  const promptEnd = format.messages ? `${format.messages.start}assistant` : '';
  const tools = [{ type: 'function' as const, function: { name, parameters, strict } }];
  const order = { format, tools, choice: { name }, parallel: false, promptEnd, output: undefined };
  return { ...answerGrammar(order), promptEnd };
}

describe.each(everyFormat.map((format) => [format.name, format] as const))('a call in %s', (_name, format) => {
  const cases = format.calls[0]?.kind === 'nested' ? composed : { ...composed, ...padded };

  it.each(Object.entries(cases))('has arguments that fit: %s', (_case, schema) => {
    const parameters = parametersOf(schema);
    const { text, relaxed, promptEnd } = grammarFor(format, parameters);
    const generate = createGenerator(text.replaceAll(/ +/g, ' '), createRandom(3));
    const isValid = ajv.compile(parameters);
    for (let round = 0; round < 25; round++) {
      const written = generate();
      const parsing = { tools: [{ name: 'f', parameters }], promptEnd, separatesReasoning: true };
      const { calls, content } = collectAnswer(format, parsing, [written]);

      expect({ written, content, ended: calls.map(({ isEnded }) => isEnded) }).toEqual({
        written,
        content: '',
        ended: [true],
      });
      const value = JSON.parse(calls[0]?.arguments ?? '') as unknown;
      expect({ written, value, relaxed, isValid: isValid(value) }).toMatchObject({ isValid: true });
    }
  });

  it.each(['name', 'id', 'function', 'arguments', 'functions', '9-x'])('is read where its tool is named %s', (name) => {
    const parameters = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
    const { text, promptEnd } = grammarFor(format, parameters, false, name);
    const written = createGenerator(text.replaceAll(/ +/g, ' '), createRandom(3))();
    const parsing = { tools: [{ name, parameters }], promptEnd, separatesReasoning: true };

    const { calls, content } = collectAnswer(format, parsing, [written]);

    expect({ written, calls, content }).toMatchObject({ calls: [{ name, isEnded: true }], content: '' });
  });

  it('takes little of the grammar for one text more: tools by the hundred have many', () => {
    const sizeOf = (count: number) => {
      const names = Array.from({ length: count }, (_, at) => `text_${at + 10}`);
      const properties = Object.fromEntries(names.map((name) => [name, { type: 'string' }]));
      return grammarFor(format, { type: 'object', properties }).text.length;
    };

    expect((sizeOf(30) - sizeOf(10)) / 20).toBeLessThan(400);
  });

  it.each([
    ['of today', { prefixItems: [{ type: 'string' }, { type: 'integer' }], items: false }, ['string', 'number']],
    [
      'as drafts before 2020 have them',
      { items: [{ type: 'string' }, { type: 'integer' }], additionalItems: false },
      ['string', 'number'],
    ],
    ['of nothing', { items: false }, []],
    ['whose places may not be', { prefixItems: [false, false], items: false }, []],
    ['without places', { items: [] }, ['string', 'number', 'boolean', 'object']],
    ['of equal places', { prefixItems: Array.from({ length: 300 }, () => ({ type: 'integer' })) }, ['number']],
  ] as const)('takes tuples %s, and has no items that none of their places may have', (_case, tuple, types) => {
    const parameters = parametersOf({ properties: { pair: { type: 'array', ...tuple } } });
    const { text, promptEnd } = grammarFor(format, parameters);
    const generate = createGenerator(text.replaceAll(/ +/g, ' '), createRandom(3));
    const items = Array.from({ length: 25 }, () => {
      const parsing = { tools: [{ name: 'f', parameters }], promptEnd, separatesReasoning: true };
      const [call] = collectAnswer(format, parsing, [generate()]).calls;
      return (JSON.parse(call?.arguments ?? '') as { readonly pair: readonly unknown[] }).pair;
    }).flat();

    expect(items.filter((item) => types.every((type) => type !== typeof item))).toEqual([]);
  });

  it('says what it is not held to, or refuses where that is asked for strictly', () => {
    const parameters = {
      type: 'object',
      properties: { tags: { type: 'array', items: { type: 'string' }, uniqueItems: true } },
      required: ['tags'],
    };

    expect(grammarFor(format, parameters).relaxed).toEqual(['tools/f/properties/tags/uniqueItems']);
    expect(() => grammarFor(format, parameters, true)).toThrow(ManifoldError);
  });
});
