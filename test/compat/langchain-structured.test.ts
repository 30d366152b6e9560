import { ChatOpenAI } from '@langchain/openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { servers, startScripted, type StructuredServer } from '../support/structured-servers.ts';

const person = z.object({ name: z.string().max(12), age: z.int().min(0).max(150) });
const question = 'Who wrote the first program?';

function chatModel({ baseURL, apiKey, model }: StructuredServer): ChatOpenAI {
  return new ChatOpenAI({ model, apiKey, maxRetries: 0, configuration: { baseURL }, maxTokens: 400 });
}

describe.each(servers)('withStructuredOutput of LangChain on %s', (_, start) => {
  let server: StructuredServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('keeps to a schema by the method jsonSchema', async () => {
    const model = chatModel(server).withStructuredOutput(person, { method: 'jsonSchema', name: 'person' });
    const answer = await model.invoke(question);

    expect(person.safeParse(answer).error).toBeUndefined();
  });

  it('gives the answer beside what is read of it', async () => {
    const model = chatModel(server).withStructuredOutput(person, { method: 'jsonSchema', includeRaw: true });
    const { raw, parsed } = await model.invoke(question);

    expect(person.safeParse(parsed).error).toBeUndefined();
    expect(JSON.parse(raw.text)).toEqual(parsed);
  });

  it('reads JSON by the method jsonMode', async () => {
    // A schema in other than zod's form is not checked by LangChain, nor is the server told of it.
    const model = chatModel(server).withStructuredOutput(
      { type: 'object', properties: {} },
      { method: 'jsonMode', includeRaw: true },
    );
    const { raw, parsed } = await model.invoke(question);

    expect(raw.response_metadata['finish_reason'] === 'length' || typeof parsed === 'object').toBe(true);
  });
});

describe.each(servers)('withStructuredOutput of LangChain on %s', (_, start) => {
  let server: StructuredServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('keeps to a schema by the method functionCalling', async () => {
    const model = chatModel(server).withStructuredOutput(person, { method: 'functionCalling', name: 'person' });

    expect(person.safeParse(await model.invoke(question)).error).toBeUndefined();
  });
});

describe('withStructuredOutput of LangChain', () => {
  it.each([
    ['jsonSchema' as const, { isStrict: true, param: 'response_format.json_schema.schema' }],
    ['jsonMode' as const, { isStrict: false, param: 'response_format' }],
  ])('asks by the method %s', async (method, expected) => {
    await using server = await startScripted();
    await chatModel(server).withStructuredOutput(person, { method, name: 'person' }).invoke(question);

    expect(server.lastRequest()?.output).toMatchObject({ kind: 'json', ...expected });
  });
});
