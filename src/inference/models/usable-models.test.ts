import { describe, expect, it } from 'vitest';
import { scriptedEngine } from '../../../test/support/scripted-engine.ts';
import { anonymous } from '../../access/anonymous.ts';
import { createCards } from '../../catalog/cards.ts';
import { createModels } from './models.ts';

const served = ['meta/llama', 'meta/llama-guard', 'qwen/qwen'].map((id) => ({
  id,
  engine: scriptedEngine([]),
  created: 0,
  ownedBy: 'test',
}));
const cards = createCards(() => [
  {
    id: 'qwen/qwen',
    aliases: ['Qwen/Qwen-of-the-hub'],
    publisher: 'qwen',
    family: 'qwen',
    modalities: ['text'],
    sources: { general: ['https://example.org'] },
  },
]);
const all = {
  models: () => served,
  find: (id: string) => served.find((model) => model.id === id),
  mayHaveMore: () => false,
};
const modelsOf = (models: readonly string[] | null, hidesModels = false) =>
  createModels(all, { hidesModels, cards }).usableBy({ ...anonymous, models });

describe('the models of a key', () => {
  it.each<[readonly string[] | null, readonly string[]]>([
    [null, ['meta/llama', 'meta/llama-guard', 'qwen/qwen']],
    [['meta/*'], ['meta/llama', 'meta/llama-guard']],
    [
      ['family:qwen', 'meta/llama'],
      ['meta/llama', 'qwen/qwen'],
    ],
    [['family:llama'], []],
    [[], []],
  ])('by %j are %j', (patterns, ids) => {
    const usable = modelsOf(patterns);
    expect(usable.list().map(({ id }) => id)).toEqual(ids);
    for (const { id } of served) expect([id, usable.has(id)]).toEqual([id, ids.includes(id)]);
  });

  it('are asked about by what a name stands for, not by the name', () => {
    const alias = 'Qwen/Qwen-of-the-hub';
    expect(modelsOf(['family:qwen']).resolve(alias).id).toBe('qwen/qwen');
    expect(modelsOf(['qwen/qwen']).resolve(alias).id).toBe('qwen/qwen');
    expect(() => modelsOf([alias]).resolve(alias)).toThrow(expect.objectContaining({ code: 'model_not_allowed' }));
  });

  it('are told apart from those that are not served', () => {
    expect(() => modelsOf(['qwen/*']).resolve('meta/llama')).toThrow(
      expect.objectContaining({ code: 'model_not_allowed', param: 'model' }),
    );
    expect(() => modelsOf(['qwen/*']).resolve('meta/lama')).toThrow(
      expect.objectContaining({ code: 'model_not_found' }),
    );
  });

  it('are all that errors name', () => {
    for (const hides of [true, false])
      expect(() => modelsOf(['qwen/*'], hides).resolve('meta/lama')).toThrow(
        expect.objectContaining({ message: expect.not.stringContaining('meta/llama') }),
      );
    expect(() => modelsOf(null).resolve('meta/lama')).toThrow('Did you mean `meta/llama`');
  });

  it('are called by their id in records, and no other where others are hidden', () => {
    for (const hides of [true, false]) expect(modelsOf(['qwen/*'], hides).idOf('QWEN')).toBe('qwen/qwen');
    expect(modelsOf(['qwen/*']).idOf('llama')).toBe('meta/llama');
    expect(modelsOf(['qwen/*'], true).idOf('llama')).toBeUndefined();
    expect(modelsOf(null).idOf('none')).toBeUndefined();
  });

  it('hide the others where that is wanted', () => {
    expect(() => modelsOf(['qwen/*'], true).resolve('meta/llama')).toThrow(
      expect.objectContaining({ code: 'model_not_found' }),
    );
  });
});
