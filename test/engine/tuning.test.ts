import { afterEach, describe, expect, it } from 'vitest';
import { builtInModel } from '../../src/config/built-in-model.ts';
import type { EmbeddedOptions } from '../../src/engines/embedded/embedded-engine.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { answer, ask, startEngine } from '../support/engine.ts';

let engine: Engine;
afterEach(() => engine.close());

const question = ask('What is the capital of France?', { temperature: 0, max_tokens: 20 });

describe('an engine', () => {
  it.each<Partial<EmbeddedOptions>>([
    { kvType: 'f32' },
    { kvType: 'q8_0' },
    { kvType: 'q4_0' },
    { flashAttention: 'off' },
    { cellLayout: 'shared' },
    { cells: 1100 },
    { context: 256, slots: 1 },
    { threads: 2 },
    { gpuLayers: 0, tensorSplit: [1] },
  ])('tuned with %j answers', async (tuning) => {
    engine = await startEngine(builtInModel.path, tuning);
    expect((await answer(engine, question)).texts[0]).toContain('Paris');
  });

  it.each<[Partial<EmbeddedOptions>, RegExp]>([
    [{ gpuLayers: 8 }, /gpuLayers is 8.*--lib-dir/],
    [{ devices: ['CUDA0'] }, /no device CUDA0/],
    [{ cellLayout: 'own', cells: 1100 }, /cells of their own/],
    [{ kvType: 'q4_0', flashAttention: 'off' }, /another kvType than q4_0/],
  ])('that cannot be tuned with %j says what to do', async (tuning, message) => {
    engine = await startEngine(builtInModel.path, tuning);
    expect(engine.state()).toMatchObject({ kind: 'failed', message: expect.stringMatching(message) as string });
  });
});
