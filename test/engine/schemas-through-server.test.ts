import { Ajv2020 } from 'ajv/dist/2020.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChatCompletion } from '../../src/api/chat-completion.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import { randomSchema, seededRandom } from '../support/random-schema.ts';
import { startServerProcess, type ServerProcess } from '../support/server-process.ts';

const atOnce = 4;
const count = 120;
const ajv = new Ajv2020({ strict: false, logger: false, unicodeRegExp: false, validateFormats: false });

describe('random strict schemas on the real server', () => {
  let server: ServerProcess;
  beforeAll(async () => {
    server = await startServerProcess({ modelPath: builtInModel.path });
  });
  afterAll(() => server[Symbol.asyncDispose]());

  /** How one request ended, and what is wrong with that. */
  async function outcomeOf(schema: object, seed: number): Promise<{ end: string; fault?: string }> {
    const fields = { guided_json: schema, temperature: 1, top_p: 1, seed, max_tokens: 200 };
    const response = await server.chat('Say something.', fields);
    const body = (await response.json()) as ChatCompletion & { error?: { code: string; message: string } };
    if (body.error) {
      const isRefusal = body.error.code === 'unsupported_schema';
      return { end: body.error.code, ...(!isRefusal && { fault: body.error.message }) };
    }
    const { finish_reason: end = '', message } = body.choices[0] ?? {};
    if (end !== 'stop') return { end };
    const isValid = ajv.compile(schema)(JSON.parse(message?.content ?? ''));
    ajv.removeSchema();
    return { end, ...(!isValid && { fault: message?.content ?? '' }) };
  }

  // What the last check says must be what Ajv says: no good answer may fail, and no bad one pass.
  it('give valid answers, are refused, or are cut; and nothing fails', { timeout: 200_000 }, async () => {
    const random = seededRandom(77);
    const schemas = Array.from({ length: count }, () => randomSchema(random));
    const ends: Record<string, number> = {};
    const faults: unknown[] = [];
    const queue = schemas.entries();
    const work = async () => {
      for (const [seed, schema] of queue) {
        const { end, fault } = await outcomeOf(schema, seed);
        ends[end] = (ends[end] ?? 0) + 1;
        if (fault !== undefined) faults.push({ fault, schema });
      }
    };
    await Promise.all(Array.from({ length: atOnce }, work));

    expect(faults).toEqual([]);
    expect(ends['stop'] ?? 0).toBeGreaterThan(count / 2);
  });
});
