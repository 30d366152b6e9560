import { createOpenAICompatible } from '@ai-sdk/openai-compatible';
import { OpenAIEmbeddings } from '@langchain/openai';
import { cosineSimilarity, embed, embedMany } from 'ai';
import OpenAI from 'openai';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { apart, writeEmbeddingModel } from '../support/embedding-engine.ts';
import { modelId, startServerProcess, type ServerProcess } from '../support/server-process.ts';

const file = writeEmbeddingModel('bert');
let server: ServerProcess;
let client: OpenAI;
beforeAll(async () => {
  server = await startServerProcess({ modelPath: file.path });
  client = new OpenAI({ baseURL: `${server.url}/v1`, apiKey: server.key, maxRetries: 0 });
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  file.remove();
});

const texts = ['hello', 'what is the model', 'the user and the assistant'];

async function vectorsOf(input: string | string[], fields: object = {}): Promise<number[][]> {
  const { data } = await client.embeddings.create({ model: modelId, input, ...fields });
  return data.map(({ embedding }) => embedding);
}

describe('the openai SDK', () => {
  it('gets the same from base64, which it asks for unasked, and from numbers', async () => {
    const decoded = await vectorsOf(texts);
    const plain = await vectorsOf(texts, { encoding_format: 'float' });

    expect(decoded.map((vector) => vector.length)).toEqual([64, 64, 64]);
    expect(decoded).toEqual(plain.map((vector) => vector.map(Math.fround)));
  });

  it('gets usage, and vectors of length 1', async () => {
    const { object, model, usage, data } = await client.embeddings.create({ model: modelId, input: 'hello the' });

    // [CLS] hello the [SEP]
    expect({ object, model, usage }).toEqual({
      object: 'list',
      model: modelId,
      usage: { prompt_tokens: 4, total_tokens: 4 },
    });
    expect(Math.hypot(...(data[0]?.embedding ?? []))).toBeCloseTo(1, 5);
  });

  it('understands what is wrong', async () => {
    const failure: unknown = await vectorsOf(['hello', 'word '.repeat(1000)]).catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
    expect(failure).toMatchObject({ code: 'context_length_exceeded', param: 'input[1]' });
  });

  it('learns that this model does not chat', async () => {
    const messages = [{ role: 'user' as const, content: 'hello' }];
    const failure: unknown = await client.chat.completions
      .create({ model: modelId, messages, stream: true })
      .catch((error: unknown) => error);

    expect(failure).toBeInstanceOf(OpenAI.BadRequestError);
    expect(failure).toMatchObject({ code: 'unsupported_task', param: 'model' });
  });
});

describe('the AI SDK over its openai-compatible provider', () => {
  const provider = () => createOpenAICompatible({ name: 'nim', baseURL: `${server.url}/v1`, apiKey: server.key });

  it('embeds a text', async () => {
    const { embedding, usage } = await embed({ model: provider().embeddingModel(modelId), value: 'hello' });

    expect(apart(embedding, (await vectorsOf('hello'))[0])).toBeLessThan(1e-6);
    expect(usage.tokens).toBe(3);
  });

  it('embeds many in their order', async () => {
    const { embeddings } = await embedMany({ model: provider().embeddingModel(modelId), values: texts });
    const vectors = await vectorsOf(texts);

    for (const [at, vector] of embeddings.entries()) {
      expect(cosineSimilarity(vector, vectors[at] ?? [])).toBeCloseTo(1, 5);
    }
  });
});

describe('LangChain over @langchain/openai', () => {
  it('embeds documents and a query', async () => {
    const embeddings = new OpenAIEmbeddings({
      model: modelId,
      apiKey: server.key,
      maxRetries: 0,
      configuration: { baseURL: `${server.url}/v1` },
    });
    const documents = await embeddings.embedDocuments(texts);
    const query = await embeddings.embedQuery(texts[1] ?? '');

    expect(documents.map((vector) => vector.length)).toEqual([64, 64, 64]);
    expect(apart(documents[1], query)).toBeLessThan(1e-3);
  });
});

describe('a NIM client', () => {
  it('sends its fields and learns that types change nothing here', async () => {
    const response = await server.fetch('/v1/embeddings', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({
        model: modelId,
        input: ['word '.repeat(1000)],
        input_type: 'passage',
        truncate: 'END',
        modality: ['text'],
        encoding_format: 'float',
      }),
    });

    expect(response.status).toBe(200);
    expect(response.headers.get('x-manifold-emulated')).toBe('input_type');
    expect(await response.json()).toMatchObject({ usage: { prompt_tokens: 512 } });
  });
});
