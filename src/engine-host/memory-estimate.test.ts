import { describe, expect, it } from 'vitest';
import type { KeyValueType } from '../api/internal/engine-host.ts';
import type { GgufHeader, GgufValue } from './gguf-header.ts';
import { estimateMemory, requireMemory } from './memory-estimate.ts';

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

const remembered = (of: GgufHeader, cells: number, sequences = 1, kvType: KeyValueType = 'f16', sharesCells = false) =>
  estimateMemory(of, { cells, sequences, sharesCells, contextLength: 256, batchTokens: 512, kvType }).keyValueCache;

describe('the estimate', () => {
  it('counts two f16 values per layer, cell, head and dimension', () => {
    // 2 layers × 256 cells × 2 heads × (16 + 16) dimensions × 2 bytes
    expect(remembered(small, 256)).toBe(2 * 256 * 2 * 32 * 2);
  });

  it('counts the heads of each layer where a model lists them', () => {
    const hybrid = header({
      ...Object.fromEntries(small.metadata),
      'llama.attention.head_count_kv': { length: 2, first: 0, numbers: [0, 2] },
    });
    expect(remembered(hybrid, 256)).toBe(256 * 2 * 32 * 2);
  });

  it('counts less for quantized caches', () => {
    expect(remembered(small, 256, 1, 'q8_0')).toBe(2 * 256 * 2 * 32 * (34 / 32));
  });

  it('counts the weights as the file', () => {
    expect(
      estimateMemory(small, { cells: 256, sequences: 1, sharesCells: false, contextLength: 256, batchTokens: 512 })
        .weights,
    ).toBe(1000);
  });

  it('uses the head widths that a model states', () => {
    const wide = header({
      ...Object.fromEntries(small.metadata),
      'llama.attention.key_length': 128,
      'llama.attention.value_length': 128,
    });

    expect(remembered(wide, 256)).toBe(2 * 256 * 2 * 256 * 2);
  });
});

describe('what is remembered', () => {
  it('is rounded up to whole blocks of cells, for each sequence that has cells of its own', () => {
    expect(remembered(small, 10)).toBe(remembered(small, 256));
    expect(remembered(small, 600, 2)).toBe(remembered(small, 1024));
    expect(remembered(small, 600, 2, 'f16', true)).toBe(remembered(small, 768));
  });

  it('is one vector for keys and values where attention is latent', () => {
    const latent = header({
      'llama.block_count': 3,
      'llama.attention.head_count': 8,
      'llama.attention.head_count_kv': 1,
      'llama.attention.key_length': 576,
      'llama.attention.value_length': 512,
      'llama.attention.key_length_mla': 192,
    });

    expect(remembered(latent, 256)).toBe(3 * 256 * 576 * 2);
  });

  it('is a state for each sequence in layers without heads, but not in those that are feed-forward only', () => {
    const keys = (architecture: string, entries: Record<string, GgufValue>): GgufHeader => ({
      ...header(Object.fromEntries(Object.entries(entries).map(([key, value]) => [`${architecture}.${key}`, value]))),
      architecture,
    });
    const hybrid = {
      block_count: 3,
      embedding_length: 64,
      'attention.head_count': 4,
      'attention.key_length': 16,
      'attention.value_length': 16,
      'attention.head_count_kv': { length: 3, first: 0, numbers: [0, 2, 0] },
      feed_forward_length: { length: 3, first: 0, numbers: [0, 0, 128] },
      'ssm.inner_size': 128,
      'ssm.state_size': 32,
      'ssm.conv_kernel': 4,
      'ssm.group_count': 1,
    };
    const state = (3 * (128 + 2 * 32) + 32 * 128) * 4;
    const attention = 256 * 2 * 32 * 2;

    expect(remembered(keys('granitehybrid', hybrid), 256)).toBe(attention + 2 * state);
    expect(remembered(keys('nemotron_h', hybrid), 256)).toBe(attention + state);
    // Nothing but states, whatever the file says of heads, and as many as there are sequences.
    expect(remembered(keys('mamba2', hybrid), 1024, 4)).toBe(4 * 3 * state);
  });
});

describe('a load that does not fit', () => {
  it('is refused with both figures', () => {
    const estimate = { weights: 2 ** 30, keyValueCache: 2 ** 31, compute: 0, runtime: 0 };

    expect(() => requireMemory(estimate, 2 ** 30)).toThrow(/3\.0 GiB.*1\.0 GiB are available/);
    expect(() => requireMemory(estimate, 2 ** 32)).not.toThrow();
  });
});
