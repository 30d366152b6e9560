import { describe, expect, it } from 'vitest';
import { embeddingRequest } from '../../api/embeddings.ts';
import type { Embeddings } from '../../inference/embed.ts';
import { Turns } from '../../lib/turns.ts';
import { embeddingBody } from './embedding-body.ts';

const request = (format: 'float' | 'base64') =>
  embeddingRequest.parse({ model: 'a "model"', input: ['a', 'b'], encoding_format: format });
const base64 = (...values: readonly number[]) => Buffer.from(Float32Array.from(values).buffer).toString('base64');

async function textOf(asked: ReturnType<typeof request>, answer: Embeddings): Promise<string> {
  return (await Array.fromAsync(embeddingBody(asked, answer, new Turns()))).join('');
}

describe('the body of an answer', () => {
  const values = [0, -0, 1, -1, 0.1, 1 / 3, -1.17549435e-38, 1e-45, 0.999999940395];
  const answer = { vectors: [base64(...values), base64(0.5)], promptTokens: 7 };

  it('holds numbers that read back as the very floats', async () => {
    const body = JSON.parse(await textOf(request('float'), answer)) as { data: { embedding: number[] }[] };

    expect(body).toMatchObject({
      object: 'list',
      data: [
        { object: 'embedding', index: 0 },
        { object: 'embedding', index: 1, embedding: [0.5] },
      ],
      model: 'a "model"',
      usage: { prompt_tokens: 7, total_tokens: 7 },
    });
    expect(body.data[0]?.embedding.map(Math.fround)).toEqual(values.map(Math.fround).map((value) => value + 0));
  });

  it('holds little-endian bytes when asked', async () => {
    const body = JSON.parse(await textOf(request('base64'), answer)) as { data: { embedding: string }[] };
    const bytes = Buffer.from(body.data[0]?.embedding ?? '', 'base64');

    expect(values.map((_, at) => bytes.readFloatLE(at * 4))).toEqual(values.map(Math.fround));
  });

  it('leaves the event loop to others while it is long', async () => {
    const vector = base64(...Array.from({ length: 1024 }, (_, at) => Math.sin(at)));
    let bytes = 0;
    let turns = 0;
    const counting = setInterval(() => turns++, 0);
    const long = { vectors: Array.from({ length: 1000 }, () => vector), promptTokens: 1 };
    for await (const piece of embeddingBody(request('float'), long, new Turns())) {
      bytes += piece.length;
    }
    clearInterval(counting);

    expect(bytes).toBeGreaterThan(10e6);
    // A second of work in slices of 4 ms.
    expect(turns).toBeGreaterThan(20);
  });
});
