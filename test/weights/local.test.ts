import { existsSync, mkdirSync, readFileSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeWeights, sha256, startHubServer, type HubServer } from '../support/hub-server.ts';
import { createTestWeights, type TestWeights } from '../support/weights.ts';

let hub: HubServer;
let weights: TestWeights;
beforeEach(async () => {
  hub = await startHubServer();
  weights = createTestWeights({ endpoint: hub.url });
});
afterEach(async () => {
  await weights[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

const repository = 'org/some';
const folder = () => join(weights.cacheDir, 'models--org--some');
const blobs = () => readdirSync(join(folder(), 'blobs')).toSorted();
const q4 = madeWeights(1000, 4);
const q8 = madeWeights(2000, 8);

/** What the hub's own tool leaves behind for one file. */
function downloadedByAnotherTool(path: string, content: Buffer, commit = 'a'.repeat(40)): void {
  const blob = join(folder(), 'blobs', sha256(content));
  const link = join(folder(), 'snapshots', commit, path);
  for (const place of [blob, link, join(folder(), 'refs', 'main')]) mkdirSync(dirname(place), { recursive: true });
  writeFileSync(blob, content);
  symlinkSync(join('..', '..', 'blobs', sha256(content)), link);
  writeFileSync(join(folder(), 'refs', 'main'), commit);
}

describe('weights on this machine', () => {
  it('that another tool downloaded are found', async () => {
    downloadedByAnotherTool('some-Q8_0.gguf', q8);

    const path = await weights.store.find({ repository, quantization: 'Q8_0' });

    expect(path).toBe(join(folder(), 'snapshots', 'a'.repeat(40), 'some-Q8_0.gguf'));
    expect(await weights.store.find({ repository })).toBe(path);
    expect(await weights.store.find({ repository, revision: 'main' })).toBe(path);
    expect(await weights.store.find({ repository, revision: 'v2' })).toBeUndefined();
    expect(await weights.store.find({ repository, quantization: 'Q4_K_M' })).toBeUndefined();
    expect(await weights.store.find({ repository: 'org/other' })).toBeUndefined();
  });

  it('of which several fit are not found without more words', async () => {
    downloadedByAnotherTool('small-Q8_0.gguf', q8);
    downloadedByAnotherTool('large-Q8_0.gguf', q4);

    expect(await weights.store.find({ repository, quantization: 'Q8_0' })).toBeUndefined();
    await expect(weights.store.locate('hf:org/some:Q8_0')).rejects.toMatchObject({ code: 'invalid_value' });
    expect((await weights.store.locate('hf:org/some:small-Q8_0.gguf'))?.bytes).toBe(2000);
    expect((await weights.store.list()).map(({ reference }) => reference)).toEqual([
      'hf:org/some:large-Q8_0.gguf',
      'hf:org/some:small-Q8_0.gguf',
    ]);
  });

  it('that only belong to a model are listed by their file, which finds them', async () => {
    downloadedByAnotherTool('some-Q8_0.gguf', q8);
    downloadedByAnotherTool('mmproj-F16.gguf', q4);
    downloadedByAnotherTool('mmproj-Q8_0.gguf', madeWeights(500, 1));

    const listed = await weights.store.list();

    expect(listed.map(({ reference }) => reference)).toEqual([
      'hf:org/some:mmproj-F16.gguf',
      'hf:org/some:mmproj-Q8_0.gguf',
      'hf:org/some:Q8_0',
    ]);
    for (const { reference, path } of listed)
      expect(await weights.store.locate(reference)).toMatchObject({ reference, path });
  });

  it('that another tool downloaded are not downloaded again', async () => {
    hub.put(repository, { 'some-Q8_0.gguf': q8 });
    downloadedByAnotherTool('some-Q8_0.gguf', q8);

    await weights.pull('hf:org/some');

    expect(hub.fileBytes()).toBe(0);
  });

  it('are listed, each once, also split ones, and none that lacks a part', async () => {
    hub.put(repository, {
      'some-Q4_K_M.gguf': q4,
      'b-Q8_0-00001-of-00002.gguf': q8,
      'b-Q8_0-00002-of-00002.gguf': madeWeights(500, 9),
    });
    await weights.pull('hf:org/some:Q4_K_M');
    await weights.pull('hf:org/some:Q8_0');
    hub.put(repository, { 'README.md': { content: Buffer.from('new'), isSmall: true } });
    await weights.pull('hf:org/some:Q4_K_M');
    downloadedByAnotherTool('c-Q2_K-00001-of-00002.gguf', madeWeights(400, 2), 'b'.repeat(40));

    const list = await weights.store.list();

    expect(list.map(({ reference, bytes, files }) => [reference, bytes, files.length])).toEqual([
      ['hf:org/some:Q4_K_M', 1000, 1],
      ['hf:org/some:Q8_0', 2500, 2],
    ]);
  });

  it('are all that there is without the network', async () => {
    hub.put(repository, { 'some-Q4_K_M.gguf': q4 });
    await weights.pull('hf:org/some');
    const before = hub.requests.length;
    await using offline = createTestWeights({ endpoint: hub.url, cacheDir: weights.cacheDir, isOffline: true });

    expect((await offline.pull('hf:org/some')).path).toBe(await weights.store.find({ repository }));
    await expect(offline.pull('hf:org/some:Q8_0')).rejects.toMatchObject({
      code: 'weights_not_found',
      message: expect.stringContaining('HF_HUB_OFFLINE'),
    });
    expect(hub.requests).toHaveLength(before);
  });

  it('of a card are found by what it names', async () => {
    hub.put(repository, { 'some-Q4_K_M.gguf': q4, 'some-Q8_0.gguf': q8 });
    const sources = [
      { repository, quantization: 'Q8_0' },
      { repository, quantization: 'Q4_K_M' },
    ];
    await using withCards = createTestWeights({
      endpoint: hub.url,
      sourcesOf: (id) => (id === 'meta/some' ? sources : undefined),
    });

    expect((await withCards.pull('meta/some')).quantization).toBe('Q4_K_M');
    expect((await withCards.pull('meta/some:Q8_0')).quantization).toBe('Q8_0');
    await expect(withCards.pull('meta/none')).rejects.toMatchObject({
      code: 'weights_not_found',
      message: 'No card names weights of meta/none; name them as hf:org/name:QUANT.',
    });
  });
});

describe('the weights of a card that names several repositories', () => {
  const sources = [
    { repository: 'org/first', quantization: 'Q4_K_M' },
    { repository: 'org/second', quantization: 'Q8_0' },
  ];
  const sourcesOf = (name: string) => (['meta/some', 'some:0.6b'].includes(name) ? sources : undefined);
  beforeEach(() => {
    for (const [name, content] of [['first-Q4_K_M', q4] as const, ['second-Q8_0', q8] as const])
      hub.put(`org/${name.split('-')[0]}`, { [`${name}.gguf`]: content });
  });

  it('are found wherever they came from, those that are preferred first', async () => {
    await using withCards = createTestWeights({ endpoint: hub.url, sourcesOf });

    await withCards.pull('meta/some:Q8_0');
    expect(await withCards.store.locate('meta/some')).toMatchObject({ quantization: 'Q8_0' });
    await withCards.pull('meta/some');
    expect(await withCards.store.locate('meta/some')).toMatchObject({ quantization: 'Q4_K_M' });
    expect(await withCards.store.locate('meta/some:Q2_K').catch(({ code }) => code)).toBe('weights_not_found');
  });

  it('are found by a name that holds a colon itself, also before a quantisation', async () => {
    await using withCards = createTestWeights({ endpoint: hub.url, sourcesOf });

    expect((await withCards.pull('some:0.6b')).quantization).toBe('Q4_K_M');
    expect((await withCards.pull('some:0.6b:Q8_0')).quantization).toBe('Q8_0');
    await expect(withCards.pull('some:70b')).rejects.toMatchObject({ code: 'weights_not_found' });
  });

  it('are removed where they were only begun', async () => {
    await using withCards = createTestWeights({ endpoint: hub.url, sourcesOf });
    const part = join(withCards.cacheDir, 'models--org--second', 'blobs', 'x.manifold-part');
    mkdirSync(dirname(part), { recursive: true });
    writeFileSync(part, q4);

    expect(await withCards.store.removeBegun('meta/some')).toEqual({ files: 1, bytes: 1000 });
    expect(readdirSync(withCards.cacheDir)).toEqual([]);
    expect(await withCards.store.removeBegun('./no/repository.gguf')).toEqual({ files: 0, bytes: 0 });
  });
});

describe('removing', () => {
  beforeEach(async () => {
    hub.put(repository, { 'some-Q4_K_M.gguf': q4, 'some-Q8_0.gguf': q8 });
    await weights.pull('hf:org/some:Q4_K_M');
    await weights.pull('hf:org/some:Q8_0');
    hub.put(repository, { 'README.md': { content: Buffer.from('new'), isSmall: true } });
    await weights.pull('hf:org/some:Q8_0');
  });
  const remove = async (reference: string) => {
    const local = await weights.store.locate(reference);
    if (local === undefined) throw new Error(`${reference} is not there`);
    return weights.store.remove(local);
  };

  it('takes a model out of every commit and leaves the others', async () => {
    expect(await remove('hf:org/some:Q8_0')).toEqual({ files: 1, bytes: 2000 });

    expect(blobs()).toEqual([sha256(q4)]);
    expect((await weights.store.list()).map(({ reference }) => reference)).toEqual(['hf:org/some:Q4_K_M']);
    expect(existsSync(join(folder(), 'refs', 'main'))).toBe(false);
    expect(readdirSync(join(folder(), 'snapshots'))).toHaveLength(1);
  });

  it('leaves another model whose content is the same', async () => {
    downloadedByAnotherTool('some-Q8_0.gguf', q8);
    downloadedByAnotherTool('twin-Q4_0.gguf', q8);

    expect(await remove('hf:org/some:Q8_0')).toEqual({ files: 0, bytes: 0 });
    expect(await weights.store.find({ repository, quantization: 'Q8_0' })).toBeUndefined();
    const twin = await weights.store.find({ repository, quantization: 'Q4_0' });
    expect(readFileSync(twin ?? '')).toEqual(q8);

    expect(await remove('hf:org/some:Q4_0')).toEqual({ files: 1, bytes: 2000 });
    expect(blobs()).toEqual([sha256(q4)]);
  });

  it('of the last model leaves nothing of the repository', async () => {
    await remove('hf:org/some:Q8_0');
    await remove('hf:org/some:Q4_K_M');

    expect(existsSync(folder())).toBe(false);
    expect(readdirSync(weights.cacheDir).filter((name) => name !== '.locks')).toEqual([]);
  });

  it('leaves what another tool keeps of the repository', async () => {
    const commit = readFileSync(join(folder(), 'refs', 'main'), 'utf8');
    downloadedByAnotherTool('model.safetensors', madeWeights(300, 3), commit);

    await remove('hf:org/some:Q8_0');

    expect(blobs()).toEqual([sha256(q4), sha256(madeWeights(300, 3))].toSorted());
    expect(readFileSync(join(folder(), 'refs', 'main'), 'utf8')).toBe(commit);
  });

  it('of a repository of which nothing is here takes what was begun, but for what is being downloaded', async () => {
    hub.put('org/begun', { 'a-Q4_K_M.gguf': madeWeights(200_000, 6) });
    hub.fileFaults.push({ stallAfter: 100_000 });
    const stopping = new AbortController();
    const pulling = weights.pull('hf:org/begun', stopping.signal);
    const found = join(weights.cacheDir, 'models--org--begun', 'blobs');
    const parts = () => (existsSync(found) ? readdirSync(found).filter((name) => name.endsWith('.manifold-part')) : []);
    await expect.poll(parts).toHaveLength(1);

    expect(await weights.store.removeBegun('hf:org/begun')).toEqual({ files: 0, bytes: 0 });
    stopping.abort(new Error('stopped'));
    await expect(pulling).rejects.toThrow('stopped');

    expect(await weights.store.removeBegun('hf:org/begun')).toMatchObject({ files: 1 });
    expect(readdirSync(weights.cacheDir)).not.toContain('models--org--begun');
  });

  it('of a file that was pulled by its path takes it and the folders that are empty then', async () => {
    const source = join(weights.dir, 'x-Q4_0.gguf');
    writeFileSync(source, q4);
    const { path } = await weights.pull(source);

    expect(await remove(path)).toEqual({ files: 1, bytes: 1000 });
    expect(existsSync(dirname(path))).toBe(false);
    expect(existsSync(source)).toBe(true);
  });
});
