import { beforeAll, describe, expect, it } from 'vitest';
import { createGrammar, type Grammar } from '../../src/engine-host/grammar.ts';
import { createTokenTexts, type TokenTexts } from '../../src/engine-host/token-texts.ts';
import { createVocabulary, type Vocabulary } from '../../src/engine-host/vocabulary.ts';
import { TooAmbiguous } from '../../src/formats/grammar/close-state.ts';
import { compileGbnf } from '../../src/formats/grammar/compile-gbnf.ts';
import { GrammarAutomaton } from '../../src/formats/grammar/grammar-automaton.ts';
import { GrammarBuilder } from '../../src/formats/grammar/grammar-builder.ts';
import { addJsonSchema } from '../../src/formats/grammar/json-schema.ts';
import { literal } from '../../src/formats/grammar/literal.ts';
import { StateBudget } from '../../src/formats/grammar/state-budget.ts';
import { addTextUntil } from '../../src/formats/grammar/text-until.ts';
import { openQuietLibrary } from '../support/quiet-library.ts';
import { schemaCases } from '../support/schema-cases.ts';

let vocabulary: Vocabulary;
let tokens: TokenTexts;
const budget = new StateBudget(600_000);

beforeAll(async () => {
  const library = openQuietLibrary();
  const params = { ...library.modelDefaultParams(), vocab_only: true };
  const model = await library.loadModel('models/builtin/manifold-builtin.gguf', params);
  if (model === null) throw new Error('the built-in model cannot be loaded');
  vocabulary = createVocabulary(library, model);
  tokens = createTokenTexts(vocabulary);
});

function open(text: string, triggers: readonly string[] = []): Grammar {
  return createGrammar({
    automaton: new GrammarAutomaton(compileGbnf(text), budget),
    trigger: triggers.length > 0 ? { texts: triggers } : undefined,
    tokens,
  });
}

function grammarOf(schema: unknown): string {
  const builder = new GrammarBuilder();
  return builder.build(addJsonSchema(builder, schema, 'value').rule);
}

/** Whether a grammar permits a text token by token, and its end after it. */
function accepts(grammar: Grammar, text: string): boolean {
  for (const token of vocabulary.tokenize(text, false)) {
    if (!grammar.permits(token)) return false;
    grammar.accept(token);
  }
  return vocabulary.endOfGeneration.every((end) => grammar.permits(end));
}

function acceptsWith(text: string, candidate: string): boolean {
  return accepts(open(text), candidate);
}

describe.each(schemaCases)('$title', ({ schema, accepted, refused }) => {
  const text = grammarOf(schema);

  it('accepts token by token', () => {
    expect(accepted.filter((each) => !acceptsWith(text, each))).toEqual([]);
  });

  it('refuses some token, or the end', () => {
    expect(refused.filter((each) => acceptsWith(text, each))).toEqual([]);
  });
});

describe('a grammar', () => {
  it('permits the end only where the text is complete', () => {
    const grammar = open('root ::= "a" "b"');
    const [end = -1] = vocabulary.endOfGeneration;
    const [a = -1] = vocabulary.tokenize('a', false);

    expect(grammar.permits(end)).toBe(false);
    grammar.accept(a);
    expect(grammar.permits(end)).toBe(false);
  });

  it('lists all that it permits', () => {
    const grammar = open(grammarOf({ type: 'object', properties: { a: { type: 'integer' } } }));
    for (const token of vocabulary.tokenize('{"a"', false)) grammar.accept(token);
    const all = Array.from({ length: vocabulary.size }, (_, token) => token);

    expect([...grammar.permitted()].toSorted((a, b) => a - b)).toEqual(all.filter((token) => grammar.permits(token)));
    expect(grammar.permitted().length).toBeGreaterThan(0);
  });

  it('throws on a token that it does not permit, and goes on', () => {
    const grammar = open('root ::= "a"');
    const [a = -1] = vocabulary.tokenize('a', false);
    const [b = -1] = vocabulary.tokenize('b', false);

    expect(() => grammar.accept(b)).toThrow(RangeError);
    expect(() => grammar.accept(vocabulary.size)).toThrow(RangeError);
    grammar.accept(a);
    expect(grammar.permits(vocabulary.endOfGeneration[0] ?? -1)).toBe(true);
  });

  it('that leaves too much open takes bounded time, and says so', () => {
    // Where among the last 900 characters one of the first half stood has to be remembered: each text differs.
    const grammar = open('root ::= [a-z ]* [a-m] [a-z ]{900}');
    for (const token of vocabulary.tokenize('ab no cd on '.repeat(40), false)) grammar.accept(token);
    const before = process.cpuUsage();
    const followed = () => {
      for (let token = 0; token < vocabulary.size; token++) grammar.permits(token);
    };

    expect(followed).toThrow(TooAmbiguous);
    expect(process.cpuUsage(before).user / 1000).toBeLessThan(3000);
  });

  it('ends a text where its stop begins', () => {
    const builder = new GrammarBuilder();
    const until = addTextUntil(builder, '</tool>');
    const text = builder.build(builder.add('root', `${until} ${literal('</tool>')}`));

    expect(acceptsWith(text, 'a < b </too</tool>')).toBe(true);
    expect(acceptsWith(text, 'a</tool>b</tool>')).toBe(false);
    expect(acceptsWith(text, 'a</tool')).toBe(false);
  });
});

describe('a control token', () => {
  it('is no text of a string', () => {
    const grammar = open('root ::= "\\"" [^"]* "\\""');
    for (const token of vocabulary.tokenize('"a', false)) grammar.accept(token);
    const permitted = grammar.permitted();

    const controls = vocabulary.controlTokens;
    expect(controls.length).toBeGreaterThan(0);
    expect(controls.filter((token) => grammar.permits(token) || permitted.includes(token))).toEqual([]);
    expect(grammar.permits(vocabulary.tokenize('b', false)[0] ?? -1)).toBe(true);
  });
});

describe('a grammar with triggers', () => {
  const text = 'root ::= "<call>" [0-9]+ "</call>"';

  it('permits everything before, and then only what follows the trigger', () => {
    expect(accepts(open(text, ['<call>']), 'Let me see. <ca <call>42</call>')).toBe(true);
    expect(accepts(open(text, ['<call>']), 'No call at all: <call, call>')).toBe(true);
    expect(accepts(open(text, ['<call>']), 'Let me see. <call>x')).toBe(false);
    expect(accepts(open(text, ['<call>']), 'Let me see. <call>42')).toBe(false);
  });

  it('begins with whichever trigger comes first', () => {
    const grammar = open('root ::= "[a]" "1" | "[b]" "2"', ['[a]', '[b]']);

    expect(accepts(grammar, 'x[b]2')).toBe(true);
  });

  it('refuses what brings the trigger and cannot go on', () => {
    const grammar = open('root ::= "{" "x"', ['{']);
    const left = Array.from(grammar.permitted(), (token) => Buffer.from(tokens.bytes(token)).toString());

    expect(left).toContain('{');
    expect(left).toContain('a');
    expect(left.filter((piece) => /\{[^x]/.test(piece))).toEqual([]);
  });
});
