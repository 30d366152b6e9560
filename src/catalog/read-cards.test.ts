import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readCards } from './read-cards.ts';

const good = { id: 'a/one', publisher: 'a', family: 'f', sources: { general: ['https://example.org'] } };

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'manifold-cards-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('a folder of cards', () => {
  it('has those of its files and of the folders in it, in their order', async () => {
    const here = join(folder, 'good');
    mkdirSync(join(here, 'b', 'deeper'), { recursive: true });
    writeFileSync(join(here, 'z.json'), JSON.stringify(good));
    writeFileSync(join(here, 'b', 'two.json'), JSON.stringify({ ...good, id: 'b/two' }));
    writeFileSync(join(here, 'b', 'deeper', 'three.json'), JSON.stringify({ ...good, id: 'b/three' }));
    writeFileSync(join(here, 'weights.gguf'), 'GGUF');
    const { cards, problems } = await readCards(here);

    expect(cards.map(({ card }) => card.id)).toEqual(['b/two', 'a/one']);
    expect(problems).toEqual([]);
  });

  it.each([
    ['not JSON', '{', /^It is not JSON: /],
    ['nothing', '', /^It is not JSON: /],
    ['a list', '[]', /expected object/],
    ['no id', JSON.stringify({ ...good, id: undefined }), /^`id`: /],
    ['an id with a space', JSON.stringify({ ...good, id: 'a b' }), /^`id`: An id has letters/],
    ['a key that no card has', JSON.stringify({ ...good, prize: 1 }), /prize/],
    ['parameters in billions', JSON.stringify({ ...good, parameters: { total: 0.6 } }), /^`parameters\.total`: /],
    ['no parameters', JSON.stringify({ ...good, parameters: {} }), /^`parameters`: Give `total`/],
    ['no source', JSON.stringify({ ...good, sources: {} }), /^`sources`: Name where/],
    [
      'a hash that is none',
      JSON.stringify({ ...good, gguf: [{ repository: 'a/b', files: [{ path: 'x', sha256: '1' }] }] }),
      /sha256/,
    ],
    ['too much', ' '.repeat(70_000), /no more than 65536 bytes; this has 70000/],
  ])('tells a file with %s and goes on with the others', async (name, text, problem) => {
    const here = mkdtempSync(join(folder, 'bad-'));
    writeFileSync(join(here, 'bad.json'), text);
    writeFileSync(join(here, 'good.json'), JSON.stringify(good));
    const { cards, problems } = await readCards(here);

    expect(cards.map(({ card }) => card.id)).toEqual(['a/one']);
    expect(problems).toEqual([{ file: join(here, 'bad.json'), problem: expect.stringMatching(problem) }]);
  });

  it('tells a file that cannot be read', async () => {
    const here = mkdtempSync(join(folder, 'dangling-'));
    symlinkSync(join(here, 'nowhere'), join(here, 'x.json'));

    expect((await readCards(here)).problems).toEqual([
      { file: join(here, 'x.json'), problem: 'It cannot be read (ENOENT).' },
    ]);
  });

  it('has none where it is not there, and tells where it is a file', async () => {
    const file = join(folder, 'file');
    writeFileSync(file, '');

    expect(await readCards(join(folder, 'none'))).toEqual({ cards: [], problems: [] });
    expect((await readCards(file)).problems).toEqual([{ file, problem: 'The folder cannot be read (ENOTDIR).' }]);
  });
});
