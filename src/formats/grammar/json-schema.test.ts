import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { describe, expect, it } from 'vitest';
import { createMatcher } from '../../../test/support/gbnf-matcher.ts';
import { schemaCases } from '../../../test/support/schema-cases.ts';
import { GrammarBuilder } from './grammar-builder.ts';
import { addJsonSchema } from './json-schema.ts';

function translate(schema: unknown) {
  const builder = new GrammarBuilder();
  const { rule, relaxed } = addJsonSchema(builder, schema, 'value');
  return { accepts: createMatcher(builder.build(rule)), relaxed: relaxed.map(({ path }) => path) };
}

const ajv = addFormats.default(new Ajv2020({ strict: false, logger: false, unicodeRegExp: false }));

describe.each(schemaCases)('$title', ({ schema, accepted, refused, relaxed }) => {
  const grammar = translate(schema);

  it('accepts', () => {
    expect(accepted.filter((text) => !grammar.accepts(text))).toEqual([]);
  });

  it('refuses', () => {
    expect(refused.filter((text) => grammar.accepts(text))).toEqual([]);
  });

  it('names what it does not enforce', () => {
    expect(grammar.relaxed).toEqual(relaxed);
  });
});

// What a schema says and the grammar does not, Ajv may refuse.
const comparable = schemaCases.filter(({ schema, relaxed }) => relaxed.length === 0 && !isBeyondAjv(schema));

describe('what is accepted is valid for Ajv', () => {
  it.each(comparable)('$title', ({ schema, accepted }) => {
    const validate = ajv.compile(schema as object | boolean);
    ajv.removeSchema();

    expect(accepted.filter((text) => !validate(JSON.parse(text)))).toEqual([]);
  });
});

/** Draft 4's exclusive bounds, tuples of old, patterns with `\\u{…}`, and a name that Ajv takes for an attack. */
function isBeyondAjv(schema: unknown): boolean {
  return /"exclusiveMinimum":true|"items":\[|u\{|__proto__/.test(JSON.stringify(schema));
}

const oracle = readOracle();

describe.skipIf(oracle === undefined)("llama.cpp's cases, if ../shared has them", () => {
  it.each(oracle ?? [])('$desc $schema', ({ schema, pass, fail }) => {
    const { accepts } = translate(schema);

    expect(pass.filter((text) => !accepts(text))).toEqual([]);
    expect(fail.filter((text) => accepts(text))).toEqual([]);
  });
});

function readOracle(): { desc: string; schema: unknown; pass: string[]; fail: string[] }[] | undefined {
  try {
    const lines = readFileSync('../shared/reference/data/schema-pass-fail.jsonl', 'utf8').trim().split('\n');
    return lines.map((line) => JSON.parse(line) as { desc: string; schema: unknown; pass: string[]; fail: string[] });
  } catch {
    return undefined;
  }
}
