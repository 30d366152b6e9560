import { dirname, join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeAdapter } from '../../scripts/make-adapter.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { answer, ask, startEngine } from '../support/engine.ts';
import { createTinyModels } from '../support/tiny-models.ts';

const models = createTinyModels();
afterAll(() => models.remove());

const greedy = { temperature: 0, ignore_eos: true, max_tokens: 8 };
const question = 'that is what the user and the model is';

describe.each(['own', 'shared'] as const)('adapters, with %s cells', (cellLayout) => {
  let engine: Engine;
  const directory = () => join(models.write('qwen3').path, '..');

  beforeAll(async () => {
    const { path } = models.write('qwen3');
    for (const seed of ['one', 'other']) writeAdapter('qwen3', join(directory(), `${seed}.gguf`), seed);
    const at = (name: string) => join(directory(), `${name}.gguf`);
    engine = await startEngine(path, {
      context: 1024,
      slots: 4,
      cellLayout,
      adapters: [
        { name: 'one', path: at('one'), scale: 1 },
        { name: 'other', path: at('other'), scale: 1 },
        { name: 'nothing', path: at('one'), scale: 0 },
      ],
    });
    return () => engine.close();
  });

  const say = async (adapter: string | undefined, fields: object = {}, cacheSalt = 'same') => {
    const { texts, usage } = await answer(engine, ask(question, { ...greedy, ...fields }), undefined, {
      cacheSalt,
      adapter,
    });
    return { text: texts[0], cached: usage?.prompt_tokens_details?.cached_tokens };
  };

  it('change the answers, each in its own way', async () => {
    const texts = [];
    for (const adapter of [undefined, 'one', 'other']) texts.push((await say(adapter, {}, 'first')).text);

    expect(new Set(texts).size).toBe(3);
  });

  it('change nothing at a scale of 0', async () => {
    expect((await say('nothing')).text).toBe((await say(undefined)).text);
  });

  it('share no remembered beginnings with each other or the model', async () => {
    const fresh = await say('one', {}, 'mine');
    const others = [await say('other', {}, 'mine'), await say(undefined, {}, 'mine')];
    const again = await say('one', {}, 'mine');

    expect([fresh.cached, ...others.map(({ cached }) => cached)]).toEqual([0, 0, 0]);
    expect(again.cached).toBeGreaterThan(10);
    expect(again.text).toBe(fresh.text);
  });

  it('answer side by side as each does alone', async () => {
    const asked = [undefined, 'one', 'other', 'one', undefined, 'other', 'nothing', 'one'];
    const alone = new Map<string | undefined, string | undefined>();
    for (const adapter of new Set(asked)) alone.set(adapter, (await say(adapter, {}, 'alone')).text);
    const together = await Promise.all(asked.map((adapter, at) => say(adapter, {}, `together ${at}`)));

    expect(together.map(({ text }) => text)).toEqual(asked.map((adapter) => alone.get(adapter)));
  });

  it('serve deterministic requests too', async () => {
    const [plain, adapted, again] = [
      await say(undefined, { deterministic: true }),
      await say('one', { deterministic: true }),
      await say('one', { deterministic: true }),
    ];

    expect(adapted.text).not.toBe(plain.text);
    expect(again.text).toBe(adapted.text);
  });

  it('that do not exist are refused', async () => {
    await expect(say('none')).rejects.toMatchObject({ code: 'model_not_found', param: 'model' });
  });
});

describe('an adapter file', () => {
  it.each([
    ['of another architecture', 'gemma3', /is for models of the architecture "gemma3", not "qwen3"/],
    ['of another shape', 'qwen3-30m', /does not fit this model/],
    ['that is a model', undefined, /is no adapter/],
    ['that is none', 'garbage', /is not a GGUF file/],
  ])('%s fails the load, and says so', async (_what, family, message) => {
    const { path } = models.write('qwen3');
    const file = family === undefined ? path : join(path, '..', `bad-${family}.gguf`);
    if (family === 'garbage') writeFileSync(file, 'garbage, and no more than that');
    else if (family !== undefined) writeAdapter(family, file);
    const engine = await startEngine(path, { context: 256, adapters: [{ name: 'bad', path: file, scale: 1 }] });
    try {
      expect(engine.state()).toEqual({
        kind: 'failed',
        message: expect.stringMatching(message),
        told: expect.not.stringContaining(dirname(file)),
      });
    } finally {
      await engine.close();
    }
  });
});
