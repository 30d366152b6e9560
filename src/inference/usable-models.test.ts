import { describe, expect, it } from 'vitest';
import { scriptedEngine } from '../../test/support/scripted-engine.ts';
import { anonymous } from '../access/anonymous.ts';
import { createModels } from './models.ts';

const served = ['meta/llama', 'meta/llama-guard', 'qwen/qwen'].map((id) => ({
  id,
  engine: scriptedEngine([]),
  created: 0,
  ownedBy: 'test',
}));
const familyOf = (id: string) => (id === 'qwen/qwen' ? 'qwen' : undefined);
const modelsOf = (models: readonly string[] | null, hidesModels = false) =>
  createModels(served, [], { hidesModels, familyOf }).usableBy({ ...anonymous, models });

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

  it('hide the others where that is wanted', () => {
    expect(() => modelsOf(['qwen/*'], true).resolve('meta/llama')).toThrow(
      expect.objectContaining({ code: 'model_not_found' }),
    );
  });
});
