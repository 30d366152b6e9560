import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { OutputConstraint } from '../../src/api/internal/engine-request.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

const engine = scriptedEngine(answer('{"a":1}'));
let server: TestServer;
beforeAll(async () => {
  server = await startTestServer(engine);
});
afterAll(() => server.stop());

const valid = { model: 'test/model', messages: [userMessage] };
const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] };
const sorted = { required: ['a'], properties: { a: { type: 'integer' } }, type: 'object' };
const text = JSON.stringify(schema);
const strict = (param: string): OutputConstraint => ({ kind: 'json', schema, isStrict: true, param });
const loose = (param: string): OutputConstraint => ({ kind: 'json', schema, isStrict: false, param });
const object = (param: string): OutputConstraint => ({ kind: 'json', isStrict: false, param });
const named = (more: object) => ({ response_format: { type: 'json_schema', json_schema: { name: 'n', ...more } } });

/** What the engine was told, before it answered. */
async function outputOf(fields: object): Promise<OutputConstraint | undefined> {
  const before = engine.requests.length;
  const response = await server.chat({ ...valid, ...fields });
  await response.text();
  if (engine.requests.length === before) throw new Error(`refused with ${response.status}`);
  return engine.requests.at(-1)?.output;
}

describe('what the content has to be', () => {
  it.each<[string, object, OutputConstraint]>([
    ['json_object', { response_format: { type: 'json_object' } }, object('response_format')],
    [
      'json_object with a schema beside it',
      { response_format: { type: 'json_object', schema } },
      loose('response_format.schema'),
    ],
    ['json_schema', named({ schema }), loose('response_format.json_schema.schema')],
    ['json_schema without strictness', named({ schema, strict: null }), loose('response_format.json_schema.schema')],
    ['strict json_schema', named({ schema, strict: true }), strict('response_format.json_schema.schema')],
    ['json_schema without a schema', named({}), object('response_format.json_schema')],
    ['guided_json', { guided_json: schema }, strict('guided_json')],
    ['guided_json as text', { guided_json: text }, strict('guided_json')],
    ['guided_regex', { guided_regex: 'a+' }, { kind: 'regex', pattern: 'a+', param: 'guided_regex' }],
    ['guided_choice', { guided_choice: ['a', 'b'] }, { kind: 'choice', choices: ['a', 'b'], param: 'guided_choice' }],
    [
      'guided_grammar',
      { guided_grammar: 'root ::= "a"' },
      { kind: 'grammar', grammar: 'root ::= "a"', param: 'guided_grammar' },
    ],
    ['nvext.guided_json', { nvext: { guided_json: schema } }, strict('nvext.guided_json')],
    [
      'nvext.guided_regex',
      { nvext: { guided_regex: 'a+' } },
      { kind: 'regex', pattern: 'a+', param: 'nvext.guided_regex' },
    ],
    [
      'nvext.guided_choice',
      { nvext: { guided_choice: ['a'] } },
      { kind: 'choice', choices: ['a'], param: 'nvext.guided_choice' },
    ],
    [
      'nvext.guided_grammar',
      { nvext: { guided_grammar: 'root ::= "a"' } },
      { kind: 'grammar', grammar: 'root ::= "a"', param: 'nvext.guided_grammar' },
    ],
    ['structured_outputs.json', { structured_outputs: { json: text } }, strict('structured_outputs.json')],
    [
      'structured_outputs.regex',
      { structured_outputs: { regex: 'a+', disable_fallback: true, disable_any_whitespace: false } },
      { kind: 'regex', pattern: 'a+', param: 'structured_outputs.regex' },
    ],
    [
      'structured_outputs.choice',
      { structured_outputs: { choice: ['a'], json: null } },
      { kind: 'choice', choices: ['a'], param: 'structured_outputs.choice' },
    ],
    [
      'structured_outputs.json_object',
      { structured_outputs: { json_object: true } },
      object('structured_outputs.json_object'),
    ],
    ['text beside another', { response_format: { type: 'text' }, guided_json: schema }, strict('guided_json')],
    ['the same schema twice', { guided_json: sorted, nvext: { guided_json: text } }, strict('guided_json')],
    ['the same schema, the second time strict', { ...named({ schema }), guided_json: schema }, strict('guided_json')],
  ])('is said by %s', async (_, fields, output) => {
    expect(await outputOf(fields)).toEqual(output);
    expect(Object.keys(engine.requests.at(-1) ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^guided_|^nvext$|^structured_outputs$|^response_format$/)]),
    );
  });

  it.each([
    { response_format: { type: 'text' } },
    { response_format: null, guided_json: null, nvext: null, structured_outputs: null },
    { nvext: {}, structured_outputs: {} },
    { nvext: { guided_json: null, max_thinking_tokens: null, other: null } },
    { structured_outputs: { json_object: false, structural_tag: null } },
    { guided_decoding_backend: 'xgrammar' },
  ])('is left open by %j', async (fields) => {
    expect(await outputOf(fields)).toBeUndefined();
  });
});

describe('a wrong constraint is a 400 that names', () => {
  const deep = `{"a":${'['.repeat(200)}${']'.repeat(200)}}`;
  const wrong: readonly (readonly [param: string, fields: object, code?: string])[] = [
    ['response_format', { response_format: 'json_object' }, 'invalid_type'],
    ['response_format.type', { response_format: {} }, 'missing_required_parameter'],
    ['response_format.type', { response_format: { type: 'json' } }],
    ['response_format.type', { response_format: { type: 'structural_tag', structures: [] } }],
    ['response_format.json_schema', { response_format: { type: 'json_schema' } }, 'missing_required_parameter'],
    ['response_format.json_schema', { response_format: { type: 'json_object', json_schema: { name: 'n' } } }],
    ['response_format.schema', { response_format: { type: 'text', schema } }],
    ['response_format.json_schema.schema', named({ schema: 'x' }), 'invalid_type'],
    ['response_format.json_schema.strict', named({ schema, strict: 'yes' }), 'invalid_type'],
    ['guided_json', { guided_json: 5 }, 'invalid_type'],
    ['guided_json', { guided_json: '{"a"' }],
    ['guided_json', { guided_json: '[1]' }],
    ['guided_json', { guided_json: '{"a":1,"a":2}' }],
    ['guided_json', { guided_json: deep }],
    ['guided_regex', { guided_regex: '' }],
    ['guided_regex', { guided_regex: 'a'.repeat(8193) }],
    ['guided_choice', { guided_choice: 'a' }, 'invalid_type'],
    ['guided_choice', { guided_choice: [] }],
    ['guided_choice[1]', { guided_choice: ['a', ''] }],
    ['guided_choice[2]', { guided_choice: ['a', 'b', 'a'] }],
    ['guided_choice', { guided_choice: Array.from({ length: 2001 }, String) }],
    ['guided_choice', { guided_choice: Array.from({ length: 40 }, (_, at) => String(at).padEnd(8000, 'x')) }],
    ['guided_grammar', { guided_grammar: 'a'.repeat(262_145) }],
    ['guided_decoding_backend', { guided_json: schema, guided_decoding_backend: 'other' }],
    ['guided_whitespace_pattern', { guided_whitespace_pattern: ' ?' }, 'unsupported_parameter'],
    ['structural_tag', { structural_tag: '{}' }, 'unsupported_parameter'],
    ['structured_outputs.structural_tag', { structured_outputs: { structural_tag: '{}' } }, 'unsupported_parameter'],
    [
      'structured_outputs.disable_any_whitespace',
      { structured_outputs: { json: schema, disable_any_whitespace: true } },
      'unsupported_parameter',
    ],
    ['structured_outputs.choice[1]', { structured_outputs: { choice: ['a', 'a'] } }],
    ['nvext.guided_json', { nvext: { guided_json: '{' } }],
    ['nvext.chat_template', { nvext: { chat_template: 'x' } }, 'unsupported_parameter'],
    ['guided_json', { response_format: { type: 'json_object' }, guided_json: schema }],
    ['guided_regex', { guided_json: schema, guided_regex: 'a' }],
    ['nvext.guided_json', { guided_json: schema, nvext: { guided_json: { ...schema, required: [] } } }],
    ['structured_outputs.regex', { structured_outputs: { json: schema, regex: 'a' } }],
    ['structured_outputs.json_object', { structured_outputs: { regex: 'a', json_object: true } }],
  ];
  it.each(
    wrong.map(([param, fields, code = 'invalid_value']) => ({
      param,
      fields,
      code,
      shown: JSON.stringify(fields).slice(0, 80),
    })),
  )('$param: $shown', async ({ param, fields, code }) => {
    const before = engine.requests.length;
    const response = await server.chat({ ...valid, ...fields });
    const { error } = (await response.json()) as { error: object };

    expect({ status: response.status, ...error }).toMatchObject({ status: 400, code, param });
    expect(engine.requests).toHaveLength(before);
  });
});

it('refuses a schema of very many values before it costs others anything', async () => {
  const huge = { enum: Array.from({ length: 60_000 }, (_, at) => at) };
  const startedAt = performance.now();
  const response = await server.chat({ ...valid, guided_json: huge, nvext: { guided_json: huge } });

  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ error: { code: 'unsupported_schema', param: 'guided_json' } });
  // Read as a schema, its values would be compared with one another for longer than that.
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

describe('what is not done as asked', () => {
  it('is named where another library should enforce', async () => {
    const { headers } = await server.chat({ ...valid, guided_json: schema, guided_decoding_backend: 'outlines' });

    expect(headers.get('x-manifold-emulated')).toBe('guided_decoding_backend');
  });

  it('is named where a format has members that nobody knows', async () => {
    const { headers } = await server.chat({
      ...valid,
      response_format: { type: 'json_schema', unknown: 1, json_schema: { name: 'n', schema, other: true } },
    });

    expect(headers.get('x-manifold-ignored')).toBe('response_format.unknown, response_format.json_schema.other');
  });
});
