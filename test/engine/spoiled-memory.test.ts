import { afterEach, expect, it } from 'vitest';
import type { EmbeddedOptions } from '../../src/engines/embedded/embedded-engine.ts';
import type { Engine } from '../../src/engines/engine.ts';
import { embed, writeEmbeddingModel } from '../support/embedding-engine.ts';
import { answer, ask, hostPid, startEngine } from '../support/engine.ts';
import { spoilToken } from '../support/spoiled-token.ts';

/** A token that the model makes no numbers of; what it leaves in memory spoils who looks there without skipping it. */
const spoiled = 100;
type Family = Parameters<typeof writeEmbeddingModel>[0];

let close = async () => undefined as void;
afterEach(() => close());

async function start(family: Family, options: Partial<EmbeddedOptions>): Promise<{ engine: Engine; path: string }> {
  const file = writeEmbeddingModel(family);
  const { path } = file;
  spoilToken(path, family, spoiled);
  const engine = await startEngine(path, { context: 512, flashAttention: 'off', ...options });
  close = () => engine.close().finally(() => file.remove());
  return { engine, path };
}

const say = (engine: Engine, prompt: readonly number[], fields = {}) =>
  answer(engine, {
    ...ask('', { temperature: 0, ignore_eos: true, max_tokens: 8, ...fields }),
    messages: [],
    prompt,
  });

it.each<[string, Partial<EmbeddedOptions>, object]>([
  ['own cells', { slots: 2, cellLayout: 'own' }, {}],
  ['a pool', { slots: 2, cellLayout: 'shared' }, {}],
  ['a context of its own', { slots: 2 }, { deterministic: true }],
])(
  'a prompt that the model makes no numbers of fails, and nobody after it, with %s',
  async (_name, options, fields) => {
    const { engine } = await start('qwen3', options);
    const prompts = Array.from({ length: 6 }, (_, at) => [30 + at, 21, 22]);
    const before = [];
    for (const prompt of prompts) before.push((await say(engine, prompt, fields)).texts);
    // Long enough that what it leaves is not written over by those who follow.
    const long = [...Array.from({ length: 40 }, (_, at) => 40 + at), spoiled, 21];
    await expect(say(engine, long, fields)).rejects.toMatchObject({ code: 'engine_error' });

    const after = [];
    for (const prompt of prompts) after.push((await say(engine, prompt, fields)).texts);
    expect(after).toEqual(before);
  },
);

it('whoever runs beside one goes on', async () => {
  const { engine } = await start('qwen3', { slots: 2, cellLayout: 'own' });
  const beside = say(engine, [30, 21, 22], { max_tokens: 400 });
  await expect(say(engine, [40, spoiled, 21])).rejects.toMatchObject({ code: 'engine_error' });

  expect((await beside).usage?.completion_tokens).toBe(400);
});

it.each<Family>(['bert', 'qwen3-embedding'])(
  'a text that no vector can be made of fails its request and no other: %s',
  async (family) => {
    const { engine, path } = await start(family, {});
    const pid = hostPid(path);
    const texts = Array.from({ length: 6 }, (_, at) => [30 + at, 21, 22]);
    const before = await embed(engine, texts);
    const together = await Promise.allSettled([
      embed(engine, [[20, spoiled, 22], [20]]),
      ...texts.map((text) => embed(engine, [text])),
    ]);

    expect(together.map(({ status }) => status)).toEqual(['rejected', ...texts.map(() => 'fulfilled')]);
    expect(together[0]).toMatchObject({ reason: { code: 'engine_error' } });
    expect(await embed(engine, texts)).toEqual(before);
    expect(hostPid(path)).toBe(pid);
  },
);
