import createInstructor from '@instructor-ai/instructor';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod/v3';
import { servers, startScripted, type StructuredServer } from '../support/structured-servers.ts';

const person = z.object({ name: z.string().max(12), age: z.number().int().min(0).max(150) });
const messages = [{ role: 'user' as const, content: 'Who wrote the first program?' }];

/** Asks in one of instructor's modes. Its own types are of other releases of openai and zod. */
async function ask({ baseURL, apiKey, model }: StructuredServer, mode: string): Promise<unknown> {
  const client = new OpenAI({ baseURL, apiKey, maxRetries: 0 });
  const instructor = createInstructor({ client: client as never, mode: mode as never });
  const response_model = { name: 'Person', schema: person as never };
  const answer: unknown = await instructor.chat.completions.create({
    model,
    messages,
    max_tokens: 400,
    response_model,
  });
  return answer;
}

describe.each(servers)('instructor on %s', (_, start) => {
  let server: StructuredServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('keeps to a schema in the mode JSON_SCHEMA', async () => {
    expect(person.safeParse(await ask(server, 'JSON_SCHEMA')).error).toBeUndefined();
  });
});

describe('instructor', () => {
  // Only a model that understands the question answers it in the mode JSON, which has the schema in the prompt.
  it.each([
    ['JSON', { param: 'response_format' }],
    ['JSON_SCHEMA', { param: 'response_format.schema', schema: { type: 'object' } }],
  ])('asks in the mode %s', async (mode, expected) => {
    await using server = await startScripted();

    expect(person.safeParse(await ask(server, mode)).error).toBeUndefined();
    expect(server.lastRequest()?.output).toMatchObject({ kind: 'json', isStrict: false, ...expected });
  });
});

describe.each(servers)('instructor on %s', (_, start) => {
  let server: StructuredServer;
  beforeAll(async () => {
    server = await start();
  });
  afterAll(() => server[Symbol.asyncDispose]());

  it('keeps to a schema in the mode TOOLS', async () => {
    expect(person.safeParse(await ask(server, 'TOOLS')).error).toBeUndefined();
  });
});
