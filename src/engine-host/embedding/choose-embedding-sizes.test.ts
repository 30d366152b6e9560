import { describe, expect, it } from 'vitest';
import type { GgufHeader, GgufValue } from '../gguf-header.ts';
import { totalNeed } from '../../api/internal/engine-host.ts';
import { chooseEmbeddingSizes } from './choose-embedding-sizes.ts';

const plenty = 2 ** 40;
const tuning = { context: undefined, kvType: 'f16', flashAttention: 'auto' } as const;

function header(
  architecture: string,
  trained: number,
  vocabulary: number,
  more: Record<string, GgufValue> = {},
): GgufHeader {
  const keys = {
    context_length: trained,
    block_count: 24,
    embedding_length: 1024,
    'attention.head_count': 16,
    ...more,
  };
  return {
    architecture,
    metadata: new Map<string, GgufValue>([
      ...Object.entries(keys).map(([key, value]) => [`${architecture}.${key}`, value] as const),
      ['tokenizer.ggml.tokens', { length: vocabulary, first: 'a' }],
    ]),
    tensorCount: 1,
    fileBytes: 600 << 20,
  };
}

const encoder = header('bert', 8192, 250_000, { 'attention.causal': false });
const decoder = header('qwen3', 32_768, 151_936, { 'attention.head_count_kv': 8 });

describe('the sizes of an embedding model', () => {
  it('reach as far as an encoder was trained', () => {
    expect(chooseEmbeddingSizes(encoder, tuning, plenty)).toMatchObject({ contextLength: 8192, batchTokens: 8192 });
    const short = header('bert', 512, 30_000, { 'attention.causal': false });
    expect(chooseEmbeddingSizes(short, tuning, plenty)).toMatchObject({ contextLength: 512, batchTokens: 512 });
  });

  it('stay small for a decoder, which computes logits for every token', () => {
    const sizes = chooseEmbeddingSizes(decoder, tuning, plenty);

    expect(sizes.contextLength).toBe(2048);
    // Measured with such a vocabulary: 1.2 GB of buffers and as much of logits.
    expect(sizes.need.compute).toBeGreaterThan(2.4e9);
    expect(sizes.need.compute).toBeLessThan(3e9);
  });

  it('shrink to the memory there is, but not below what a text needs', () => {
    const needed = totalNeed(chooseEmbeddingSizes(decoder, tuning, plenty).need);

    expect(chooseEmbeddingSizes(decoder, tuning, needed).contextLength).toBe(1024);
    expect(chooseEmbeddingSizes(decoder, tuning, 1).contextLength).toBe(512);
  });

  it('are as configured, within what the model was trained with', () => {
    expect(chooseEmbeddingSizes(decoder, { ...tuning, context: 64 }, plenty)).toMatchObject({
      contextLength: 64,
      batchTokens: 512,
    });
    expect(() => chooseEmbeddingSizes(encoder, { ...tuning, context: 9000 }, plenty)).toThrow(/trained with/);
  });

  it('count the attention of all tokens to all where it is held at once', () => {
    const off = chooseEmbeddingSizes(encoder, { ...tuning, flashAttention: 'off' }, plenty).need.compute;
    const on = chooseEmbeddingSizes(encoder, tuning, plenty).need.compute;

    expect(off - on).toBeGreaterThan(8192 ** 2 * 16 * 4 * 0.9);
  });
});
