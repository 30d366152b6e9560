import { describe, expect, it } from 'vitest';
import type { GgufHeader, GgufValue } from './gguf-header.ts';
import { availableMemory, estimateMemory, requireMemory } from './memory-estimate.ts';

function header(entries: Record<string, GgufValue>): GgufHeader {
  return { metadata: new Map(Object.entries(entries)), tensorCount: 1, fileBytes: 1000, architecture: 'llama' };
}

const small = header({
  'llama.block_count': 2,
  'llama.embedding_length': 64,
  'llama.attention.head_count': 4,
  'llama.attention.head_count_kv': 2,
  'tokenizer.ggml.tokens': { length: 100, first: 'a' },
});

describe('the estimate', () => {
  it('counts two f16 values per layer, cell, head and dimension', () => {
    // 2 layers × 10 cells × 2 heads × (16 + 16) dimensions × 2 bytes
    expect(estimateMemory(small, 10, 512).keyValueCache).toBe(2 * 10 * 2 * 32 * 2);
  });

  it('counts the heads of each layer where a model lists them', () => {
    const hybrid = header({
      ...Object.fromEntries(small.metadata),
      'llama.attention.head_count_kv': { length: 2, first: 0, sum: 2 },
    });
    expect(estimateMemory(hybrid, 10, 512).keyValueCache).toBe(10 * 2 * 32 * 2);
  });

  it('counts less for quantized caches', () => {
    expect(estimateMemory(small, 32, 512, 'q8_0').keyValueCache).toBe(2 * 32 * 2 * 32 * (34 / 32));
  });

  it('counts the weights as the file', () => {
    expect(estimateMemory(small, 10, 512).weights).toBe(1000);
  });

  it('uses the head widths that a model states', () => {
    const wide = header({
      ...Object.fromEntries(small.metadata),
      'llama.attention.key_length': 128,
      'llama.attention.value_length': 128,
    });

    expect(estimateMemory(wide, 10, 512).keyValueCache).toBe(2 * 10 * 2 * 256 * 2);
  });
});

describe('a load that does not fit', () => {
  it('is refused with both figures', () => {
    const estimate = { weights: 2 ** 30, keyValueCache: 2 ** 31, compute: 0, total: 3 * 2 ** 30 };

    expect(() => requireMemory(estimate, 2 ** 30)).toThrow(/3\.0 GiB.*1\.0 GiB are available/);
    expect(() => requireMemory(estimate, 2 ** 32)).not.toThrow();
  });

  it('is judged by what this machine has', () => {
    expect(availableMemory()).toBeGreaterThan(2 ** 20);
  });
});
