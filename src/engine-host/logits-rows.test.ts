import koffi from 'koffi';
import { describe, expect, it } from 'vitest';
import { createLogitsRows } from './logits-rows.ts';

const size = 3;

/** Native memory of some rows, each of which holds its own number. */
function memoryOf(rows: number) {
  const start: bigint = koffi.alloc('float', rows * size);
  const all = new Float32Array(koffi.view(start, rows * size * 4));
  for (let at = 0; at < all.length; at++) all[at] = Math.floor(at / size);
  return { all, addressOf: (row: number) => start + BigInt(row * size * 4) };
}

describe('rows of logits', () => {
  it('are read where the library wrote them', () => {
    const { all, addressOf } = memoryOf(2);
    const rowOf = createLogitsRows({ logitsRow: (_context, row) => addressOf(row) }, 0n, size);

    expect(rowOf(1)).toEqual(Float32Array.of(1, 1, 1));
    all[size] = 7;
    expect(rowOf(1)).toEqual(Float32Array.of(7, 1, 1));
  });

  it('are the same views at the same places, since V8 counts each as memory to be collected', () => {
    const { addressOf } = memoryOf(200);
    const rowOf = createLogitsRows({ logitsRow: (_context, row) => addressOf(row) }, 0n, size);

    expect(rowOf(0)).toBe(rowOf(0));
    for (let row = 0; row < 200; row++) expect(rowOf(row)?.[0]).toBe(row);
  });

  it('are followed where the library moves them', () => {
    const [before, after] = [memoryOf(1), memoryOf(2)];
    let now = before.addressOf(0);
    const rowOf = createLogitsRows({ logitsRow: () => now }, 0n, size);

    expect(rowOf(0)?.[0]).toBe(0);
    now = after.addressOf(1);
    expect(rowOf(0)?.[0]).toBe(1);
  });

  it('are not there where the library has none', () => {
    expect(createLogitsRows({ logitsRow: () => null }, 0n, size)(0)).toBeUndefined();
  });
});
