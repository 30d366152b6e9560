import { describe, expect, it } from 'vitest';
import type { GgufHeader, Matrix } from './gguf-header.ts';
import { repackedBytes } from './repacked-bytes.ts';

const [q4, q8, f16] = [2, 8, 1];
const matrix = (name: string, type: number, fields: Partial<Matrix> = {}): Matrix => ({
  name,
  type,
  bytes: 1000,
  rows: 64,
  dimensions: 2,
  ...fields,
});
const of = (...matrices: Matrix[]): GgufHeader => ({
  metadata: new Map(),
  tensorCount: 1,
  fileBytes: 1,
  architecture: 'llama',
  matrices,
});

describe('what is in memory twice', () => {
  it('depends on what the processor can do', () => {
    const header = of(matrix('a.weight', q4), matrix('b.weight', q8), matrix('c.weight', f16));

    expect(repackedBytes(header, new Set())).toBe(0);
    expect(repackedBytes(header, new Set(['avx2']))).toBe(1000);
    expect(repackedBytes(header, new Set(['avx2', 'amx_int8']))).toBe(2000);
  });

  it('leaves out an embedding that is only looked up in', () => {
    const embedding = matrix('token_embd.weight', q4);

    expect(repackedBytes(of(embedding), new Set(['avx2']))).toBe(1000);
    expect(repackedBytes(of(embedding, matrix('output.weight', q4)), new Set(['avx2']))).toBe(1000);
  });

  it('leaves out odd numbers of rows, and experts where they have no such layout', () => {
    const experts = matrix('experts.weight', q8, { dimensions: 3 });

    expect(repackedBytes(of(matrix('a.weight', q4, { rows: 9 })), new Set(['avx2']))).toBe(0);
    expect(repackedBytes(of(experts), new Set(['amx_int8']))).toBe(0);
    expect(repackedBytes(of(experts), new Set(['asimddp']))).toBe(1000);
  });
});
