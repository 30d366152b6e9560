import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { servers, type StructuredServer } from '../support/structured-servers.ts';
import { sseData } from '../support/sse-events.ts';

const schema = {
  title: 'Person',
  description: 'Someone.',
  type: 'object',
  properties: { name: { type: 'string', maxLength: 12 }, age: { type: 'integer', minimum: 0, maximum: 150 } },
  required: ['name', 'age'],
};

/** What NVIDIA's LangChain client sends for structured output: on an address of one's own it tries these in turn. */
const spellings: readonly (readonly [string, object])[] = [
  ['guided_json', { guided_json: schema }],
  ['guided_json as text', { guided_json: JSON.stringify(schema) }],
  ['nvext.guided_json', { nvext: { guided_json: schema } }],
  ['both', { guided_json: schema, nvext: { guided_json: schema } }],
  [
    'response_format',
    { response_format: { type: 'json_schema', json_schema: { name: 'Person', strict: true, schema } } },
  ],
];

describe.each(servers)("ChatNVIDIA's requests on %s", (_, start) => {
  let server: StructuredServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  function ask(fields: object): Promise<Response> {
    return fetch(`${server.baseURL}/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization: `Bearer ${server.apiKey}` },
      body: JSON.stringify({
        model: server.model,
        messages: [{ role: 'user', content: 'Who wrote the first program?' }],
        temperature: 1,
        max_tokens: 400,
        ...fields,
      }),
    });
  }

  async function contentOf(fields: object): Promise<string> {
    const response = await ask(fields);
    const body = (await response.json()) as { choices: { message: { content: string }; finish_reason: string }[] };
    expect(body).toMatchObject({ choices: [{ finish_reason: 'stop' }] });
    return body.choices[0]?.message.content ?? '';
  }

  /** ChatNVIDIA asks for usage with every stream. */
  async function streamedContentOf(fields: object): Promise<string> {
    const response = await ask({ ...fields, stream: true, stream_options: { include_usage: true } });
    const data = sseData(await response.text());
    expect(data.pop()).toBe('[DONE]');
    const chunks = data.map((text) => JSON.parse(text) as { choices: { delta: { content?: string } }[] });
    expect(chunks.at(-1)).toMatchObject({ choices: [], usage: { total_tokens: expect.any(Number) } });
    return chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join('');
  }

  it.each(spellings)('hold the answer to the schema: %s', async (_name, fields) => {
    for (const content of [await contentOf(fields), await streamedContentOf(fields)]) {
      const person = JSON.parse(content) as { name: string; age: number };
      expect(person.name).toBeTypeOf('string');
      expect(Array.from(person.name).length).toBeLessThanOrEqual(12);
      expect(person.age).toBe(Math.min(150, Math.max(0, Math.trunc(person.age))));
    }
  });

  it.each([{ guided_choice: ['sun', 'rain'] }, { nvext: { guided_choice: ['sun', 'rain'] } }])(
    'hold the answer to a choice: %j',
    async (fields) => {
      expect(['sun', 'rain']).toContain(await contentOf(fields));
      expect(['sun', 'rain']).toContain(await streamedContentOf(fields));
    },
  );

  it.each([{ guided_regex: 'a{2,5}' }, { nvext: { guided_regex: 'a{2,5}' } }])(
    'hold the answer to an expression: %j',
    async (fields) => {
      expect(await contentOf(fields)).toMatch(/^a{2,5}$/);
      expect(await streamedContentOf(fields)).toMatch(/^a{2,5}$/);
    },
  );
});
