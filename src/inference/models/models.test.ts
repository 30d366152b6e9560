import { describe, expect, it } from 'vitest';
import type { ModelCard } from '../../catalog/card.ts';
import { createCards } from '../../catalog/cards.ts';
import type { ServedModel } from '../../engines/served-model.ts';
import { createModels, type ChangingModels } from './models.ts';

/** As far as names go: nothing here asks an engine. */
function served(...ids: string[]): ChangingModels {
  const models = ids.map((id): ServedModel => ({
    id,
    engine: { name: id } as ServedModel['engine'],
    created: 1,
    ownedBy: 'test',
  }));
  return { models: () => models, find: (id) => models.find((model) => model.id === id), mayHaveMore: () => false };
}

const llama: ModelCard = {
  id: 'meta/llama-3.3-70b-instruct',
  aliases: ['llama3.3:70b'],
  publisher: 'meta',
  family: 'llama',
  weights: 'meta-llama/Llama-3.3-70B-Instruct',
  sources: { general: ['id'] },
};
const old: ModelCard = {
  ...llama,
  id: 'meta/old',
  aliases: [],
  weights: 'meta-llama/Old',
  retired: { on: '2026-01-02', successor: llama.id },
};
const cards = createCards(() => [llama, old]);

function failureOf(run: () => unknown): unknown {
  try {
    return run();
  } catch (failure) {
    return failure;
  }
}

describe('a served model', () => {
  it.each([
    ['its id elsewhere', 'meta-llama/Llama-3.3-70B-Instruct', 'meta/llama-3.3-70b-instruct'],
    ['its hub name', 'meta/llama-3.3-70b-instruct', 'meta-llama/Llama-3.3-70B-Instruct'],
    ['an alias', 'llama3.3:70b', 'META-LLAMA/llama-3.3-70b-instruct'],
    ['its short name', 'llama3.3:70b', 'llama-3.3-70b-instruct'],
    ['other letters', 'My/Model', 'my/model'],
    ['the last part of its id', 'my/model', 'Model'],
  ])('is found by %s', (_, id, name) => {
    const models = createModels(served('other/thing', id), { cards });

    expect(models.resolve(name).id).toBe(id);
    expect(models.has(name)).toBe(true);
  });

  it('is found by its own id before it is by another name of one', () => {
    const models = createModels(served('llama3.3:70b', 'meta/llama-3.3-70b-instruct'), { cards });

    expect(models.resolve('meta/llama-3.3-70b-instruct').id).toBe('meta/llama-3.3-70b-instruct');
    expect(models.resolve('llama-3.3-70b-instruct').id).toBe('llama3.3:70b');
  });

  it('is an adapter by any name of its base', () => {
    const models = createModels(served('llama3.3:70b', 'llama3.3:70b:legal'), { cards });

    expect(models.find('meta/llama-3.3-70b-instruct:legal')?.id).toBe('llama3.3:70b:legal');
    expect(models.find('meta/llama-3.3-70b-instruct:other')).toBeUndefined();
    expect(models.find(':legal')).toBeUndefined();
  });

  it('is not found by a last part that two have', () => {
    const models = createModels(served('a/x', 'b/x'), { cards });

    expect(failureOf(() => models.resolve('x'))).toMatchObject({ code: 'model_not_found' });
  });

  it('is not among those that are known beside it, by any name', () => {
    const models = createModels(served('llama3.3:70b'), { cards });

    expect(models.knownBeside(models.list()).map(({ id }) => id)).toEqual(['meta/old']);
    expect(models.cardOf('llama3.3:70b')).toBe(llama);
  });
});

describe('a model that nobody serves', () => {
  const models = createModels(served('mine/assistant'), { cards });

  it.each([
    ['known', 'llama3.3:70b', 'model_not_found', /^The model `meta\/llama-3\.3-70b-instruct` is known but not served/],
    ['misspelt', 'mine/asistant', 'model_not_found', /does not exist\. Did you mean `mine\/assistant`\?$/],
    ['misspelt and known', 'meta/lama-3.3-70b', 'model_not_found', /Did you mean `meta\/llama-3\.3-70b-instruct`\?$/],
    ['strange', 'zzz', 'model_not_found', /does not exist\. GET \/v1\/models lists what is served\.$/],
    ['a hub reference', 'hf:a/b:Q4_K_M', 'model_not_found', /`manifold pull hf:a\/b:Q4_K_M`/],
    ['retired', 'meta/old', 'model_retired', /is retired\. It was taken out of service on 2026-01-02\. Its successor/],
  ])('and is %s is refused naming what would help', (_, name, code, message) => {
    expect(failureOf(() => models.resolve(name))).toMatchObject({
      code,
      param: 'model',
      message: expect.stringMatching(message),
    });
  });

  it('tells when a retired one went, and its successor', () => {
    expect(failureOf(() => models.resolve('meta/old'))).toMatchObject({
      status: 410,
      retirement: { on: '2026-01-02', successor: 'meta/llama-3.3-70b-instruct' },
    });
  });

  it('may be one of a server that was not reached yet', () => {
    const waiting = createModels({ ...served(), mayHaveMore: () => true }, { cards });

    for (const name of ['zzz', 'meta/old', 'llama3.3:70b'])
      expect(failureOf(() => waiting.resolve(name))).toMatchObject({ code: 'no_engine_available', status: 503 });
  });

  it('is refused with a message that a long name does not fill', () => {
    expect((failureOf(() => models.resolve('x'.repeat(10_000))) as Error).message.length).toBeLessThan(300);
  });
});
