import { describe, expect, it } from 'vitest';
import type { GgufHeader, GgufValue } from '../gguf-header.ts';
import { choosePooling } from './choose-pooling.ts';

const header = (architecture: string, pooling?: GgufValue): GgufHeader => ({
  architecture,
  metadata: new Map(pooling === undefined ? [] : [[`${architecture}.pooling_type`, pooling]]),
  tensorCount: 1,
  fileBytes: 1,
});

describe('how a file pools', () => {
  it.each([
    ['qwen3', 3, 'last'],
    ['bert', 2, 'cls'],
    ['nomic-bert', 1, 'mean'],
  ] as const)('%s with pooling type %d: %s', (architecture, type, pooling) => {
    expect(choosePooling(header(architecture, type), undefined, 'a.gguf')).toBe(pooling);
  });

  it('is not asked of models that answer', () => {
    expect(choosePooling(header('qwen3'), undefined, 'a.gguf')).toBeUndefined();
    expect(choosePooling(header('qwen3', 0), undefined, 'a.gguf')).toBeUndefined();
  });

  it('is what the configuration says, whatever the file does', () => {
    expect(choosePooling(header('qwen3'), { pooling: 'mean' }, 'a.gguf')).toBe('mean');
    expect(choosePooling(header('bert', 2), { pooling: 'mean' }, 'a.gguf')).toBe('mean');
    expect(choosePooling(header('bert', 2), { dimensions: [8] }, 'a.gguf')).toBe('cls');
  });

  it('has to be known of a model that reads only', () => {
    expect(() => choosePooling(header('bert'), undefined, 'a.gguf')).toThrow(/set embedding\.pooling/);
    expect(() => choosePooling(header('bert', 4), undefined, 'a.gguf')).toThrow(/ranks documents/);
  });
});
