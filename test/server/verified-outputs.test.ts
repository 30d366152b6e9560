import { afterEach, describe, expect, it } from 'vitest';
import { answer, call, finish, piece, role, scriptedEngine, usageOf, type Step } from '../support/scripted-engine.ts';
import { sseData } from '../support/sse-events.ts';
import { startTestServer, userMessage, type TestServer } from '../support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false };
const strict = { response_format: { type: 'json_schema', json_schema: { name: 'n', strict: true, schema } } };

async function eventsOf(response: Response): Promise<unknown[]> {
  return sseData(await response.text()).map((data): unknown => (data === '[DONE]' ? data : JSON.parse(data)));
}

async function ask(script: readonly Step[], fields: object): Promise<Response> {
  server = await startTestServer(scriptedEngine(script));
  return server.chat({ model: 'test/model', messages: [userMessage], ...fields });
}

describe('an answer that is not what was asked for', () => {
  it.each<[string, object, string]>([
    ['{"a":', strict, 'response_format.json_schema.schema'],
    ['{"a":"x"}', strict, 'response_format.json_schema.schema'],
    ['Sure! {"a":1}', { response_format: { type: 'json_object' } }, 'response_format'],
    ['[1]', { response_format: { type: 'json_object' } }, 'response_format'],
    ['{"b":1}', { guided_json: schema }, 'guided_json'],
    ['{"b":1}', { nvext: { guided_json: schema } }, 'nvext.guided_json'],
    ['maybe', { guided_choice: ['yes', 'no'] }, 'guided_choice'],
    ['ab', { structured_outputs: { regex: 'a+' } }, 'structured_outputs.regex'],
  ])('%s is never complete: %j', async (text, fields, param) => {
    const script = answer(text.slice(0, 1), text.slice(1));
    const plain = await ask(script, fields);
    expect(plain.status).toBe(500);
    expect(await plain.json()).toMatchObject({ error: { code: 'engine_error', param, type: 'server_error' } });
    await server.stop();

    const streamed = await ask(script, { ...fields, stream: true });
    const events = await eventsOf(streamed);
    expect(streamed.status).toBe(200);
    expect(events.at(-1)).toMatchObject({ error: { code: 'engine_error', param } });
    expect(JSON.stringify(events)).not.toContain('"finish_reason":"stop"');
    expect(events).not.toContain('[DONE]');
    await expect.poll(() => server.logLines().at(-1)).toMatchObject({ errorCode: 'engine_error' });
  });

  it('is refused with a status in a stream too, where nothing was said before', async () => {
    const response = await ask([role(), finish(), usageOf(7, 0)], { ...strict, stream: true });

    expect(response.status).toBe(500);
    expect(await response.json()).toMatchObject({ error: { code: 'engine_error' } });
  });

  it('fails the request where one of its choices is so', async () => {
    const script = [piece('{"a":1}', 0), piece('{"a"', 1), finish('stop', 0), finish('stop', 1), usageOf(7, 2)];
    const response = await ask(script, { ...strict, n: 2 });

    expect(response.status).toBe(500);
  });
});

describe('an answer is complete', () => {
  it.each<[string, readonly Step[], object, string]>([
    ['where it satisfies the schema', answer('{"a"', ':1}'), strict, 'stop'],
    [
      'where a loose schema got any JSON',
      answer('{"b":1}'),
      { response_format: { type: 'json_object', schema } },
      'stop',
    ],
    ['where it is a choice', answer('y', 'es'), { guided_choice: ['yes', 'no'] }, 'stop'],
    ['where it matches', answer('aa', 'b'), { guided_regex: 'a+b' }, 'stop'],
    ['where a grammar is the engine’s matter', answer('x'), { guided_grammar: 'root ::= "x"' }, 'stop'],
    ['where a limit cut it', [piece('{"a"'), finish('length'), usageOf(7, 1)], strict, 'length'],
    ['where a stop string may have cut it', answer('{"a"'), { ...strict, stop: [':'] }, 'stop'],
    [
      'where it calls',
      [...call(0, 'call_1', 'f', {}), finish('tool_calls'), usageOf(7, 1)],
      { ...strict, tools: [{ type: 'function', function: { name: 'f' } }] },
      'tool_calls',
    ],
  ])('%s', async (_, script, fields, reason) => {
    const plain = (await (await ask(script, fields)).json()) as { choices: { finish_reason: string }[] };
    await server.stop();
    const events = await eventsOf(await ask(script, { ...fields, stream: true }));

    expect(plain.choices[0]?.finish_reason).toBe(reason);
    expect(JSON.stringify(events)).toContain(`"finish_reason":"${reason}"`);
    expect(events.at(-1)).toBe('[DONE]');
  });
});

describe('a call of a strict function', () => {
  const tools = [{ type: 'function', function: { name: 'f', strict: true, parameters: schema } }];
  const calling = (args: object): Step[] => [...call(0, 'call_1', 'f', args), finish('tool_calls'), usageOf(7, 3)];

  it('is never complete where its arguments do not fit', async () => {
    const plain = await ask(calling({ a: 'x' }), { tools });
    expect(plain.status).toBe(500);
    expect(await plain.json()).toMatchObject({
      error: { code: 'engine_error', param: 'tools[0].function.parameters', type: 'server_error' },
    });
    await server.stop();

    const events = await eventsOf(await ask(calling({ a: 'x' }), { tools, stream: true }));
    expect(events.at(-1)).toMatchObject({ error: { code: 'engine_error' } });
    expect(JSON.stringify(events)).not.toContain('"finish_reason":"tool_calls"');
  });

  it('is complete where they do', async () => {
    const plain = (await (await ask(calling({ a: 1 }), { tools })).json()) as { choices: { finish_reason: string }[] };

    expect(plain.choices[0]?.finish_reason).toBe('tool_calls');
  });

  it('is refused before where its schema holds very many values', async () => {
    const huge = { type: 'object', enum: Array.from({ length: 60_000 }, (_, at) => at) };
    const response = await ask(calling({ a: 1 }), {
      tools: [{ type: 'function', function: { name: 'f', strict: true, parameters: huge } }],
    });

    expect(await response.json()).toMatchObject({
      error: { code: 'unsupported_schema', param: 'tools[0].function.parameters' },
    });
  });
});
