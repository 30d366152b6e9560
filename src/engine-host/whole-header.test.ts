import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { createTinyModels } from '../../test/support/tiny-models.ts';
import { readGgufHeader } from './gguf-header.ts';
import { furtherParts, readWholeHeader } from './whole-header.ts';

const models = createTinyModels();
afterAll(() => models.remove());

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
