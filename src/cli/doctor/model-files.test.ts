import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { createTinyModels } from '../../../test/support/tiny-models.ts';
import { config } from '../../config/config.ts';
import { checkModelFiles } from './model-files.ts';

const models = createTinyModels();
afterAll(() => models.remove());

describe('a configured model', () => {
  it('is found unfit when an adapter of it is not there', () => {
    const { path } = models.write('llama');
    const adapter = join(path, '..', 'none.gguf');
    const check = (adapters: readonly object[]) =>
      checkModelFiles({ config: config.parse({ models: [{ path, adapters }] }), env: {} })[0];

    expect(check([])?.status).toBe('ok');
    expect(check([{ name: 'a', path: adapter }])).toMatchObject({
      status: 'fail',
      found: expect.stringContaining(`${adapter} cannot be opened`),
    });
  });

  it('is told to be another file only where the file is what is wrong', () => {
    const { path } = models.write('llama');
    const check = (model: object) => checkModelFiles({ config: config.parse({ models: [model] }), env: {} })[0];

    expect(check({ path: `${path}.none` })?.advice).toBe('Name a GGUF file with --model.');
    expect(check({ path, context: 1_000_000_000 })).toMatchObject({
      status: 'fail',
      found: expect.stringContaining('set --context to') as string,
    });
    expect(check({ path, context: 1_000_000_000 })?.advice).toBeUndefined();
  });
});
