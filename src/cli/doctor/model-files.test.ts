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
});
