import { describe, expect, it } from 'vitest';
import { engineRequest } from '../../api/internal/engine-request.ts';
import { quirksOf } from '../quirks/index.ts';
import type { UpstreamKind } from '../../api/internal/upstream-kinds.ts';
import { wordRequest } from './worded-request.ts';

const base = { model: 'ours', messages: [{ role: 'user', content: 'Hello' }] };
const word = (kind: UpstreamKind, fields: object = {}, model = 'theirs') =>
  wordRequest(engineRequest.parse({ ...base, ...fields }), quirksOf[kind], model, 'key_1');
const schema = { type: 'object' };

describe('a request in the words of a server', () => {
  it('has nothing but what was asked for', () => {
    expect(word('openai').body).toEqual({
      model: 'theirs',
      messages: [{ role: 'user', content: 'Hello' }],
      temperature: 0.2,
      top_p: 0.7,
      stream: true,
      stream_options: { include_usage: true },
    });
  });

  it.each<[UpstreamKind, object, object]>([
    ['vllm', { kind: 'regex', pattern: 'a+' }, { structured_outputs: { regex: 'a+' } }],
    ['nim', { kind: 'choice', choices: ['a', 'b'] }, { structured_outputs: { choice: ['a', 'b'] } }],
    ['sglang', { kind: 'choice', choices: ['a.b', 'c|d'] }, { regex: String.raw`(a\.b|c\|d)` }],
    ['sglang', { kind: 'grammar', grammar: 'root ::= "a"' }, { ebnf: 'root ::= "a"' }],
    ['tensorrt-llm', { kind: 'regex', pattern: 'a+' }, { response_format: { type: 'regex', regex: 'a+' } }],
    ['llama-server', { kind: 'choice', choices: ['a"b', 'c'] }, { grammar: String.raw`root ::= "a\"b" | "c"` }],
    ['manifold', { kind: 'regex', pattern: 'a+' }, { guided_regex: 'a+' }],
    ['ollama', { kind: 'json', isStrict: false }, { response_format: { type: 'json_object' } }],
    [
      'openai',
      { kind: 'json', schema, isStrict: true },
      { response_format: { type: 'json_schema', json_schema: { name: 'answer', schema, strict: true } } },
    ],
  ])('%s is told %j', (kind, output, fields) => {
    expect(word(kind, { output: { ...output, param: 'p' } }).body).toMatchObject(fields);
  });

  it('has no turn without content but those that call', () => {
    const call = { id: 'a', type: 'function', function: { name: 'f', arguments: '{}' } };
    const turns = [{ tool_calls: [call] }, { refusal: 'Not this.' }, { content: null, reasoning: 'hm' }];
    const messages = turns.map((turn) => ({ role: 'assistant', ...turn }));

    expect(word('ollama', { messages }).body['messages']).toEqual([
      { role: 'assistant', content: null, tool_calls: [call] },
      { role: 'assistant', content: 'Not this.' },
      { role: 'assistant', content: '', reasoning: 'hm' },
    ]);
  });

  it('of a text says what it has to be where the server hears it, and is refused where none would', () => {
    const text = { messages: [], prompt: 'Once', output: { kind: 'json', isStrict: true, param: 'guided_json' } };
    const { body, names } = word('llama-server', { ...text, output: { ...text.output, schema } });

    expect(body).toMatchObject({ json_schema: schema });
    expect(body).not.toHaveProperty('response_format');
    expect(names.get('json_schema')).toBe('guided_json');
    expect(word('llama-server', text).body).toMatchObject({ json_schema: { type: 'object' } });
    expect(word('vllm', text).body).toMatchObject({ response_format: { type: 'json_object' } });
    for (const kind of ['ollama', 'openai'] as const) expect(() => word(kind, text)).toThrow('`guided_json`');
  });

  it('of a text has no field that TensorRT-LLM takes of chats alone, and asks for what it would not tell', () => {
    const { body } = word('tensorrt-llm', { messages: [], prompt: 'Once', logprobs: true });

    expect(body).not.toHaveProperty('cache_salt');
    expect(body).toMatchObject({ prompt: 'Once', logprobs: 1 });
    expect(() => word('tensorrt-llm', { messages: [], prompt: 'Once', cache_salt: 'a' })).toThrow('`cache_salt`');
    expect(word('tensorrt-llm', { logprobs: true }).body).toMatchObject({
      cache_salt: expect.any(String),
      logprobs: true,
    });
    expect(word('tensorrt-llm', { logprobs: true }).body).not.toHaveProperty('top_logprobs');
  });

  it('says how many calls may be made at once only where any may be', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];
    const one = { parallel_tool_calls: false };

    expect(word('openai', { ...one, tools }).body).toMatchObject(one);
    expect(word('openai', one).body).not.toHaveProperty('parallel_tool_calls');
    expect(word('ollama', { ...one, tools, tool_choice: 'none' }).body).not.toHaveProperty('tools');
    expect(() => word('ollama', { ...one, tools })).toThrow('`parallel_tool_calls` is not supported');
  });

  it.each<[UpstreamKind, object, object]>([
    ['vllm', { top_k: 0 }, { top_k: -1, min_p: 0, repetition_penalty: 1, frequency_penalty: 0, presence_penalty: 0 }],
    ['nim', { presence_penalty: 1 }, { frequency_penalty: 0, presence_penalty: 1 }],
    ['sglang', { min_p: 0, repetition_penalty: 1.1 }, { min_p: 0, repetition_penalty: 1.1 }],
    ['llama-server', { top_k: -1 }, { top_k: 0, min_p: 0, repeat_penalty: 1, presence_penalty: 0 }],
    ['ollama', {}, { frequency_penalty: 0, presence_penalty: 0 }],
  ])('%s is told %j, since its models have settings of their own', (kind, fields, told) => {
    expect(word(kind, fields).body).toMatchObject(told);
  });

  it('leaves how many tokens are looked at to the server where nobody says it', () => {
    expect(word('vllm').body).not.toHaveProperty('top_k');
  });

  it.each<[UpstreamKind, object, string]>([
    ['ollama', { output: { kind: 'regex', pattern: 'a', param: 'guided_regex' } }, 'guided_regex'],
    ['sglang', { thinking_budget: { tokens: 4, param: 'nvext.max_thinking_tokens' } }, 'nvext.max_thinking_tokens'],
    ['openai', { top_k: 4 }, 'top_k'],
    ['ollama', { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'required' }, 'tool_choice'],
    ['vllm', { deterministic: true }, 'deterministic'],
    ['ollama', { keep_alive: 0 }, 'keep_alive'],
  ])('%s cannot be told %j', (kind, fields, param) => {
    expect(() => word(kind, fields)).toThrow(
      expect.objectContaining({ code: 'unsupported_parameter', param }) as Error,
    );
  });

  it.each<[string, object, object, string[]]>([
    ['nvidia/nemotron-3-super', { reasoning_effort: 'none' }, { enable_thinking: false }, []],
    ['moonshotai/kimi-k2.6', { reasoning_effort: 'high' }, { thinking: true }, ['reasoning_effort']],
    ['minimaxai/minimax-m3', { reasoning_effort: 'minimal' }, { thinking_mode: 'disabled' }, ['reasoning_effort']],
  ])('hosted %s is told to reason by its template', (model, fields, variables, emulated) => {
    const worded = word('hosted-nim', fields, model);

    expect(worded.body['chat_template_kwargs']).toEqual(variables);
    expect(worded.body).not.toHaveProperty('reasoning_effort');
    expect(worded.emulated).toEqual(emulated);
  });

  it('and by its effort, where it takes one', () => {
    expect(word('hosted-nim', { reasoning_effort: 'low' }, 'openai/gpt-oss-120b').body['reasoning_effort']).toBe('low');
    expect(word('llama-server', { reasoning_effort: 'none', chat_template_kwargs: { a: 1 } }).body).toMatchObject({
      reasoning_effort: 'none',
      chat_template_kwargs: { a: 1 },
    });
  });

  it('puts documents where the template looks for them', () => {
    const documents = [{ title: 'a', text: 'b' }];

    expect(word('llama-server', { documents, chat_template_kwargs: { a: 1 } }).body).toMatchObject({
      chat_template_kwargs: { a: 1, documents },
    });
  });

  it('has its expressions and grammars read before a server of llama.cpp reads them', () => {
    const told = (output: object) => () => word('llama-server', { output: { ...output, param: 'p' } }).body['grammar'];

    expect(told({ kind: 'regex', pattern: '^a|b{2}$' })()).toBe('root ::= ([a] | ([b]){2})');
    expect(told({ kind: 'grammar', grammar: 'root ::= a_b\na_b ::= "x"' })()).toBe('root ::= r1\nr1 ::= "x"\n');
    expect(told({ kind: 'regex', pattern: '(' })).toThrow(/`p`: the regular expression/);
    expect(told({ kind: 'grammar', grammar: '%llguidance {}' })).toThrow(/`p`: line 1/);
  });

  it('asks for log probabilities with a candidate, and plainly beside tools, where llama.cpp needs that', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];

    expect(word('llama-server', { logprobs: true }).body).toMatchObject({
      logprobs: true,
      top_logprobs: 1,
      stream: true,
    });
    expect(word('llama-server', { logprobs: true, tools }).isPlain).toBe(true);
    expect(word('llama-server', { tools }).isPlain).toBe(false);
  });

  it('leaves tools out where it cannot be said that they may not be called', () => {
    const worded = word('ollama', { tools: [{ type: 'function', function: { name: 'f' } }], tool_choice: 'none' });

    expect(worded.body).not.toHaveProperty('tools');
    expect(worded.emulated).toEqual(['tool_choice']);
  });

  it('asks for a plain answer where streams would be wrong', () => {
    const tools = [{ type: 'function', function: { name: 'f' } }];

    expect(word('tensorrt-llm', { tools })).toMatchObject({ isPlain: true });
    expect(word('tensorrt-llm', { tools }).body).not.toHaveProperty('stream');
    expect(word('vllm', { tools }).isPlain).toBe(false);
  });

  it('keeps the reasoning of earlier turns under the name it has there', () => {
    const messages = [
      {
        role: 'developer',
        content: [
          { type: 'text', text: 'Be ' },
          { type: 'text', text: 'brief.' },
        ],
      },
      { role: 'assistant', content: 'Yes', reasoning_content: 'hm' },
    ];

    expect(word('vllm', { messages }).body['messages']).toEqual([
      { role: 'developer', content: 'Be brief.' },
      { role: 'assistant', content: 'Yes', reasoning: 'hm' },
    ]);
    expect(word('hosted-nim', { messages }).body['messages']).toEqual([
      { role: 'system', content: 'Be brief.' },
      { role: 'assistant', content: 'Yes', reasoning_content: 'hm' },
    ]);
    expect(word('openai', { messages }).body['messages']).toEqual([
      { role: 'developer', content: 'Be brief.' },
      { role: 'assistant', content: 'Yes' },
    ]);
  });
});
