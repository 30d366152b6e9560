import { mkdtempSync, rmSync, statSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { writeGguf } from '../../scripts/gguf/write-gguf.ts';
import { createTinyModels } from '../../test/support/tiny-models.ts';
import { readGgufHeader } from './gguf-header.ts';
import { furtherParts, readWholeHeader } from './whole-header.ts';

const models = createTinyModels();
afterAll(() => models.remove());

describe('a divided file', () => {
  const parts = () => {
    const tensors = ['a', 'b'].map(matrixNamed);
    const partOf = (at: number) =>
      ({
        'split.no': { type: 'u16', value: at },
        'split.count': { type: 'u16', value: 3 },
        ...(at === 0 && { 'general.architecture': { type: 'string', value: 'llama' } as const }),
      }) as const;
    const dir = mkdtempSync(join(tmpdir(), 'manifold-divided-'));
    onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
    const place = (at: number) => join(dir, `m-0000${at + 1}-of-00003.gguf`);
    for (const at of [0, 1, 2])
      writeFileSync(place(at), writeGguf(partOf(at), at === 0 ? [] : tensors.slice(at - 1, at)));
    return { place, bytes: [0, 1, 2].reduce((sum, at) => sum + statSync(place(at)).size, 0) };
  };

  it('has the bytes and the matrices of all its parts', () => {
    const { place, bytes } = parts();
    const header = readWholeHeader({ modelPath: place(0), adapters: [] });

    expect(header.fileBytes).toBe(bytes);
    expect(header.matrices?.map(({ name }) => name)).toEqual(['a', 'b']);
  });

  it('is refused by the part that is missing, cut short or no first one', () => {
    const { place } = parts();
    const reading = () => readWholeHeader({ modelPath: place(0), adapters: [] });

    truncateSync(place(2), statSync(place(2)).size - 100);
    expect(reading).toThrow(/m-00003-of-00003\.gguf is truncated/);
    rmSync(place(2));
    expect(reading).toThrow(/m-00003-of-00003\.gguf cannot be opened/);
    expect(() => readWholeHeader({ modelPath: place(1), adapters: [] })).toThrow(/part 2 of a divided model/);
  });
});

function matrixNamed(name: string) {
  return { name, shape: [32, 8], type: 'q4_0' as const, data: new Float32Array(256) };
}

it('counts adapters to the size of a model, and those that are missing as nothing', () => {
  const { path: modelPath } = models.write('llama');
  const adapter = join(modelPath, '..', 'adapter.gguf');
  writeFileSync(adapter, Buffer.alloc(1000));
  const adapters = [adapter, '/nowhere.gguf'].map((path) => ({ name: 'a', path, scale: 1 }));

  expect(readWholeHeader({ modelPath, adapters }).fileBytes).toBe(readGgufHeader(modelPath).fileBytes + 1000);
});

it('knows the parts of a divided file', () => {
  expect(furtherParts('/m/big-00001-of-00003.gguf')).toEqual([
    '/m/big-00002-of-00003.gguf',
    '/m/big-00003-of-00003.gguf',
  ]);
  expect(furtherParts('/m/small.gguf')).toEqual([]);
});
