import { describe, expect, it } from 'vitest';
import type { Tool } from '../../../api/tool.ts';
import type { GrammarOrder } from '../../../formats/answer-grammar.ts';
import { fallback } from '../../../formats/families/json-in-tags.ts';
import { grammarFields, serverGrammar } from './server-grammar.ts';

const tools: Tool[] = [{ type: 'function', function: { name: 'get_time', parameters: { type: 'object' } } }];
const order = (fields: Partial<GrammarOrder>): GrammarOrder => ({
  format: { ...fallback, reasoning: undefined },
  tools: [],
  choice: 'none',
  parallel: false,
  promptEnd: '',
  output: undefined,
  ...fields,
});

describe('the grammar that an answer of llama-server is held to', () => {
  it('forces a call from the first token on', () => {
    const written = serverGrammar(order({ tools, choice: 'required' }));

    expect(grammarFields(written)).toEqual({ grammar: expect.stringMatching(/^root ::= [^]*get_time/) as string });
    expect(written.content).toBeUndefined();
  });

  it('waits for the mark of a call that is only offered', () => {
    const fields = grammarFields(serverGrammar(order({ tools, choice: 'auto' })));

    expect(fields).toMatchObject({ grammar_lazy: true, grammar_triggers: [{ type: 2, value: '<tool_call>' }] });
  });

  it('of a client has names that llama.cpp reads, and none of its directives', () => {
    const output = { kind: 'grammar', grammar: 'root ::= my_rule\nmy_rule ::= "x"', param: 'guided_grammar' } as const;

    expect(serverGrammar(order({ output })).grammar).not.toContain('_');
    const directive = { ...output, grammar: '%llguidance {}\nroot ::= "x"' };
    expect(() => serverGrammar(order({ output: directive }))).toThrow(/guided_grammar/);
  });
});
