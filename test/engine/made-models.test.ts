import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { tinyEmbeddingFamilies, writeModel } from '../../scripts/make-model.ts';
import type { LoadedModel } from '../../src/engine-host/model.ts';
import { difference, sequencesOf } from '../support/sequences.ts';
import { createTinyModels, tinyFamilyNames } from '../support/tiny-models.ts';

const models = createTinyModels();
afterAll(() => models.remove());

describe('a made model', () => {
  it.each(tinyFamilyNames)('%s is small and the same every time', (family) => {
    const { path } = models.write(family);
    const first = readFileSync(path);
    models.write(family);

    expect(statSync(path).size).toBeLessThan(2 << 20);
    expect(readFileSync(path).equals(first)).toBe(true);
  });

  it.each([
    // Logits of unrelated weights are more than 1 apart.
    ['q8_0', 0.05],
    ['q4_0', 0.6],
  ] as const)('stored as %s says nearly what it says in full', async (type, tolerance) => {
    const [full, stored] = [
      await logitsOf(await models.load('qwen3')),
      await logitsOf(await models.load('qwen3', { type })),
    ];

    expect(difference(stored, full)).toBeLessThan(tolerance);
  });

  it.each([
    ['byte-level', 'qwen3', ['hello', ' user', ' and', ' the', ' ', 'é']],
    ['SentencePiece', 'mistral', [' hello', ' user', ' and', ' the', ' ', 'é']],
  ] as const)('has a %s tokenizer that knows words and can spell the rest', async (_kind, family, pieces) => {
    const { vocabulary, library, context } = await models.load(family);
    const text = 'hello user and the é';
    const ids = [...vocabulary.tokenize(text, false)];
    const written = ids.map((id) => Buffer.from(vocabulary.piece(id)));
    library.freeContext(context.context);

    expect(Buffer.concat(written).toString().trim()).toBe(text);
    expect(written.slice(0, 5).map(String)).toEqual(pieces.slice(0, 5));
    // Two bytes, two tokens.
    expect(Buffer.concat(written.slice(5)).toString()).toBe(pieces[5]);
    expect(written).toHaveLength(7);
  });

  it('is refused when its family is unknown, with those that exist', () => {
    expect(() => writeModel('llama5', 'nowhere.gguf')).toThrow(/no family llama5; choose one of llama, mistral/);
  });
});

describe('scripts/make-model.ts', () => {
  const run = (...arguments_: readonly string[]) =>
    execFileSync(process.execPath, ['scripts/make-model.ts', ...arguments_], { encoding: 'utf8', stdio: 'pipe' });

  it('lists every family, the ones for measurements last', () => {
    expect(run('--list').trim().split('\n')).toEqual([
      ...tinyFamilyNames,
      ...Object.keys(tinyEmbeddingFamilies),
      'qwen3-30m',
      'qwen3-0.6b',
    ]);
  });

  it('says how to use it', () => {
    expect(() => run('llama')).toThrow(/Usage: node scripts\/make-model.ts <family> <out.gguf>/);
  });
});

async function logitsOf(model: LoadedModel): Promise<Float32Array> {
  const logits = await sequencesOf(model.context).continue(0, [1, 20, 300, 4, 50, 106]);
  model.library.freeContext(model.context.context);
  return logits;
}
