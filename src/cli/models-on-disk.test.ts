import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeLocalModel, type FakeLocalModel } from '../../test/support/fake-local-model.ts';
import { createCards } from '../catalog/cards.ts';
import { createPool, type Pool } from '../engines/pool/pool.ts';
import { ManifoldError } from '../errors.ts';
import { createModelsOnDisk, type ModelsOnDisk } from './models-on-disk.ts';

const id = 'acme/one';

let pool: Pool;
let onDisk: ModelsOnDisk;
/** The file that is there for the card, if one is. */
let file: string | undefined;
/** The models that were made of files, newest last. */
let made: { readonly path: string; readonly model: FakeLocalModel }[];
beforeEach(() => {
  made = [];
  file = '/cache/one-Q4_K_M.gguf';
  pool = createPool([], { loadTimeoutMs: 5000, free: () => 1e9 }, { log: { error: () => undefined } });
  const sources = { general: ['https://example.org'] };
  const card = { id, publisher: 'acme', family: 'acme', gguf: [{ repository: 'org/one' }], sources };
  onDisk = createModelsOnDisk({
    pool,
    cards: createCards(() => [card]),
    weights: {
      list: async () => (file === undefined ? [] : [{ reference: 'hf:org/one', repository: 'org/one', path: file }]),
      find: async () => file,
    },
    servesAll: false,
    modelOf(name, path) {
      const model = fakeLocalModel(name);
      made.push({ path, model });
      return model;
    },
    log: { info: () => undefined, warn: () => undefined },
  });
});
afterEach(async () => {
  onDisk.close();
  await pool.close();
});

const stateOf = () => pool.find(id)?.engine.state().kind;
const lastPath = () => made.at(-1)?.path;

describe('a model on disk whose file is another by now', () => {
  it('is loaded from that one', async () => {
    await onDisk.look();
    file = '/cache/one-Q8_0.gguf';
    await onDisk.look();
    await pool.load(id);

    expect(lastPath()).toBe('/cache/one-Q8_0.gguf');
    expect(made.map(({ model }) => model.events.length)).toEqual([0, 2]);
  });

  it('is tried again where it could not be loaded before', async () => {
    await onDisk.look();
    const [first] = made;
    if (first) first.model.loads.fails = new ManifoldError('model_unavailable', 'The file is gone.');
    await expect(pool.load(id)).rejects.toMatchObject({ code: 'model_unavailable' });
    expect(stateOf()).toBe('failed');

    file = '/cache/one-Q8_0.gguf';
    await onDisk.look();

    expect(stateOf()).toBe('available');
    await pool.load(id);
    expect(lastPath()).toBe('/cache/one-Q8_0.gguf');
  });

  it('goes on with the one that is loaded until it is unloaded', async () => {
    await onDisk.look();
    await pool.load(id);
    file = '/cache/one-Q8_0.gguf';
    await onDisk.look();

    expect(stateOf()).toBe('ready');
    expect(lastPath()).toBe('/cache/one-Q4_K_M.gguf');
    await pool.unload(id);
    await onDisk.look();
    expect(lastPath()).toBe('/cache/one-Q8_0.gguf');
  });

  it('is the same model as long as its file is', async () => {
    await onDisk.look();
    await onDisk.look();
    file = undefined;
    await onDisk.look();
    await expect.poll(() => pool.find(id)).toBeUndefined();

    expect(made).toHaveLength(1);
  });
});
