import { afterEach, describe, expect, it } from 'vitest';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { sseData } from '../support/sse-events.ts';
import { startTestServer, type TestServer } from '../support/test-server.ts';

let server: TestServer;
afterEach(() => server.stop());

const schema = { type: 'object', properties: { a: { type: 'integer' } }, required: ['a'], additionalProperties: false };

async function complete(text: string, fields: object) {
  const engine = scriptedEngine(answer(text.slice(0, 1), text.slice(1)));
  server = await startTestServer(engine);
  const response = await server.fetch('/v1/completions', {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ model: 'test/model', prompt: 'Once', ...fields }),
  });
  return { engine, response, body: await response.text() };
}

describe('what the text of a completion has to be', () => {
  it.each<[string, object, object]>([
    ['{"a":1}', { guided_json: schema }, { kind: 'json', schema, isStrict: true, param: 'guided_json' }],
    ['{}', { response_format: { type: 'json_object' } }, { kind: 'json', isStrict: false, param: 'response_format' }],
    ['aa', { nvext: { guided_regex: 'a+' } }, { kind: 'regex', pattern: 'a+', param: 'nvext.guided_regex' }],
    [
      'yes',
      { structured_outputs: { choice: ['yes'] } },
      { kind: 'choice', choices: ['yes'], param: 'structured_outputs.choice' },
    ],
  ])('reaches the engine in one spelling, and %j is complete', async (text, fields, output) => {
    const { engine, response, body } = await complete(text, fields);

    expect(response.status).toBe(200);
    expect(JSON.parse(body)).toMatchObject({ choices: [{ text, finish_reason: 'stop' }] });
    expect(engine.requests[0]?.output).toEqual(output);
    expect(engine.requests[0]).not.toHaveProperty('nvext');
  });

  it('is never complete where the text is not so', async () => {
    const plain = await complete('{"b":1}', { guided_json: schema });
    expect(plain.response.status).toBe(500);
    expect(JSON.parse(plain.body)).toMatchObject({ error: { code: 'engine_error', param: 'guided_json' } });
    await server.stop();

    const { body } = await complete('{"b":1}', { guided_json: schema, stream: true });
    const events = sseData(body);
    expect(JSON.parse(events.at(-1) ?? '')).toMatchObject({ error: { code: 'engine_error', param: 'guided_json' } });
    expect(body).not.toContain('"finish_reason":"stop"');
  });

  it('is not about the prompt that is echoed', async () => {
    const { body } = await complete('yes', { guided_choice: ['yes'], echo: true });

    expect(JSON.parse(body)).toMatchObject({ choices: [{ text: 'Onceyes', finish_reason: 'stop' }] });
  });

  it('is checked for each of several prompts', async () => {
    const { response } = await complete('no', { prompt: ['a', 'b'], guided_choice: ['yes'] });

    expect(response.status).toBe(500);
  });

  it('names what is done in another way, and what has no effect', async () => {
    const named = { type: 'json_schema', unknown: 1, json_schema: { name: 'n', schema } };
    const emulated = await complete('aa', { guided_regex: 'a+', guided_decoding_backend: 'outlines' });
    await server.stop();
    const ignored = await complete('{"a":1}', { response_format: named });

    expect(emulated.response.headers.get('x-manifold-emulated')).toBe('guided_decoding_backend');
    expect(ignored.response.headers.get('x-manifold-ignored')).toBe('response_format.unknown');
  });
});
