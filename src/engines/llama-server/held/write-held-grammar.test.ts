import { describe, expect, it } from 'vitest';
import type { Tool } from '../../../api/tool.ts';
import { writeHeldGrammar, type HeldOrder } from './write-held-grammar.ts';

const chatMl =
  '{% if tools %}<|im_start|>system\n{{ tools | tojson }}<|im_end|>\n{% endif %}{% for m in messages %}<|im_start|>{{ m.role }}\n{{ m.content }}<|im_end|>\n{% endfor %}' +
  '{% if add_generation_prompt %}<|im_start|>assistant\n{% endif %}{# <tool_call> <think> </think> #}';
const tools: Tool[] = [{ type: 'function', function: { name: 'get_time', parameters: { type: 'object' } } }];
const order = (fields: Partial<HeldOrder>): HeldOrder => ({
  template: chatMl,
  tools: [],
  choice: 'none',
  parallel: false,
  promptEnd: '<|im_start|>assistant\n',
  output: undefined,
  ...fields,
});

describe('the grammar that an answer of llama-server is held to', () => {
  it('forces a call from the first token on', () => {
    const { grammar, content } = writeHeldGrammar(order({ tools, choice: 'required' }));

    expect(grammar).toMatch(/^root ::= /);
    expect(grammar).toContain('get_time');
    expect(content).toBeUndefined();
  });

  it('of a client has names that llama.cpp reads, and none of its directives', () => {
    const output = { kind: 'grammar', grammar: 'root ::= my_rule\nmy_rule ::= "x"', param: 'guided_grammar' } as const;

    expect(writeHeldGrammar(order({ output })).grammar).not.toContain('_');
    const directive = { ...output, grammar: '%llguidance {}\nroot ::= "x"' };
    expect(() => writeHeldGrammar(order({ output: directive }))).toThrow(/guided_grammar/);
  });

  it('names what it cannot hold', () => {
    const schema = { type: 'object', properties: { a: { type: 'number', multipleOf: 0.3 } } };
    const output = { kind: 'json', schema, isStrict: false, param: 'response_format' } as const;

    expect(writeHeldGrammar(order({ output })).relaxed.join()).toContain('response_format');
  });
});
