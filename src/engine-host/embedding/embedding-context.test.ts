import { describe, expect, it } from 'vitest';
import { normalized } from './embedding-context.ts';

describe('a vector', () => {
  it('gets length 1 and keeps its direction', () => {
    expect([...normalized(Float32Array.of(3, 0, -4))]).toEqual([3 / 5, 0, -4 / 5].map(Math.fround));
    expect(Math.hypot(...normalized(Float32Array.of(1e-20, 1e-20)))).toBeCloseTo(1, 5);
    expect(Math.hypot(...normalized(Float32Array.of(1e30, 1e30)))).toBeCloseTo(1, 5);
  });

  it('of nothing stays nothing', () => {
    expect([...normalized(new Float32Array(3))]).toEqual([0, 0, 0]);
  });
});
