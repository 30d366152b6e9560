import {
  existsSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  readdirSync,
  readlinkSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeWeights, sha256, startHubServer, type HubServer } from '../support/hub-server.ts';
import { createTestWeights, type TestWeights } from '../support/weights.ts';

const size = 300_000;
const content = madeWeights(size);
const hash = sha256(content);
const repository = 'org/some-GGUF';

let hub: HubServer;
let weights: TestWeights;
let commit: string;
beforeEach(async () => {
  hub = await startHubServer();
  commit = hub.put(repository, {
    'README.md': { content: Buffer.from('# Some'), isSmall: true },
    'some-Q2_K.gguf': madeWeights(1000, 2),
    'some-Q4_K_M.gguf': content,
    'some-Q8_0.gguf': madeWeights(2000, 3),
  });
  weights = createTestWeights({ endpoint: hub.url });
});
afterEach(async () => {
  await weights[Symbol.asyncDispose]();
  await hub[Symbol.asyncDispose]();
});

const folder = () => join(weights.cacheDir, 'models--org--some-GGUF');
const partial = () => join(folder(), 'blobs', `${hash}.manifold-part`);
const isTaken = (bytes: number) => existsSync(partial()) && statSync(partial()).size >= bytes;
const begun = (bytes: Buffer) => {
  mkdirSync(dirname(partial()), { recursive: true });
  writeFileSync(partial(), bytes);
};

describe('a pull', () => {
  it('brings the usual quantisation into a cache laid out as the hub has it', async () => {
    const plan = await weights.pull('hf:org/some-GGUF');

    expect(plan).toMatchObject({ reference: 'hf:org/some-GGUF:Q4_K_M', totalBytes: size, presentBytes: 0 });
    expect(readFileSync(plan.path).equals(content)).toBe(true);
    expect(plan.path).toBe(join(folder(), 'snapshots', commit, 'some-Q4_K_M.gguf'));
    expect(readlinkSync(plan.path)).toBe(`../../blobs/${hash}`);
    expect(readFileSync(join(folder(), 'refs', 'main'), 'utf8')).toBe(commit);
    expect(readdirSync(join(folder(), 'blobs'))).toEqual([hash]);
    expect(weights.events.at(-1)).toMatchObject({ kind: 'progress', bytes: size, totalBytes: size });
  });

  it('of what is there downloads nothing', async () => {
    await weights.pull('hf:org/some-GGUF:Q4_K_M');
    const before = hub.fileBytes();

    const plan = await weights.pull('hf:org/some-GGUF:Q4_K_M');

    expect(plan.presentBytes).toBe(size);
    expect(hub.fileBytes()).toBe(before);
  });

  it('of a new commit with the same file only links it', async () => {
    await weights.pull('hf:org/some-GGUF');
    const before = hub.fileBytes();
    const next = hub.put(repository, { 'README.md': { content: Buffer.from('# New'), isSmall: true } });

    const { path } = await weights.pull('hf:org/some-GGUF');

    expect(path).toContain(next);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(hub.fileBytes()).toBe(before);
  });

  it('goes on where an earlier one ended, and no byte comes twice', async () => {
    begun(content.subarray(0, 200_000));

    const { path, presentBytes } = await weights.pull('hf:org/some-GGUF');

    expect(presentBytes).toBe(200_000);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(hub.fileBytes()).toBe(size - 200_000);
    expect(weights.events).toContainEqual({ kind: 'checking', file: 'some-Q4_K_M.gguf', bytes: 200_000 });
  });

  it('that was ended after the last byte takes the file as it is', async () => {
    begun(content);

    await weights.pull('hf:org/some-GGUF');

    expect(hub.fileBytes()).toBe(0);
  });

  it('begins anew, once, when the part of an earlier one turns out to be wrong', async () => {
    begun(madeWeights(200_000, 9));

    const { path } = await weights.pull('hf:org/some-GGUF');

    expect(readFileSync(path).equals(content)).toBe(true);
    expect(weights.events.filter(({ kind }) => kind === 'restarting')).toHaveLength(1);
    expect(hub.fileBytes()).toBe(size - 200_000 + size);
  });

  it('goes on after connections that break, as long as something comes', async () => {
    hub.always = { cutAfter: 70_000, isTaken };

    const { path } = await weights.pull('hf:org/some-GGUF');

    expect(readFileSync(path).equals(content)).toBe(true);
    expect(hub.fileBytes()).toBe(size);
    expect(weights.waits).toEqual([1, 1, 1, 1]);
    expect(hub.requests.filter(({ host }) => host === 'cdn').map(({ headers }) => headers.range)).toEqual([
      undefined,
      'bytes=70000-',
      'bytes=140000-',
      'bytes=210000-',
      'bytes=280000-',
    ]);
  });

  it('goes on elsewhere when a server falls silent', async () => {
    await using impatient = createTestWeights({ endpoint: hub.url, silenceTimeoutMs: 2500 });
    hub.fileFaults.push({ stallAfter: 100_000 });

    const { path } = await impatient.pull('hf:org/some-GGUF');

    expect(readFileSync(path).equals(content)).toBe(true);
    expect(impatient.events).toContainEqual(
      expect.objectContaining({
        kind: 'retrying',
        reason: expect.stringMatching(/broke while .* came \(UND_ERR_BODY_TIMEOUT\)/),
      }),
    );
  });

  it('gives up when nothing comes any more, and keeps what came', async () => {
    hub.fileFaults.push({ cutAfter: 100_000, isTaken }, ...Array.from({ length: 9 }, () => ({ status: 503 })));

    await expect(weights.pull('hf:org/some-GGUF')).rejects.toMatchObject({ code: 'download_failed' });

    expect(weights.waits).toEqual([1, 2, 4, 8, 16]);
    expect(statSync(partial()).size).toBe(100_000);
    expect(existsSync(join(folder(), 'snapshots', commit, 'some-Q4_K_M.gguf'))).toBe(false);
  });

  it('waits as long as the server asks for', async () => {
    hub.apiFaults.push({ status: 429, headers: { 'retry-after': '7' } });
    hub.fileFaults.push({ status: 429, headers: { 'retry-after': '30' } });

    await weights.pull('hf:org/some-GGUF');

    expect(weights.waits).toEqual([7, 30]);
    expect(weights.events).toContainEqual(
      expect.objectContaining({ kind: 'retrying', reason: expect.stringContaining('too many requests'), seconds: 7 }),
    );
  });

  it('that would have to wait too long says so at once', async () => {
    hub.apiFaults.push({ status: 429, headers: { 'retry-after': '3600' } });

    await expect(weights.pull('hf:org/some-GGUF')).rejects.toMatchObject({
      code: 'download_failed',
      retryAfterSeconds: 3600,
      message: expect.stringMatching(/429: too many requests\. A token \(HF_TOKEN\).* 3600 s/),
    });
    expect(weights.waits).toEqual([]);
  });

  it('of a file with other content than its hash promises throws it away', async () => {
    hub.always = { content: madeWeights(size, 8) };

    await expect(weights.pull('hf:org/some-GGUF')).rejects.toMatchObject({
      code: 'weights_invalid',
      message: expect.stringMatching(/other content than its hash promises. What arrived was thrown away\.$/),
    });
    expect(readdirSync(join(folder(), 'blobs'))).toEqual([]);
    expect(hub.fileBytes()).toBe(size);
  });

  it('of something that is no GGUF file ends with its first bytes', async () => {
    // The rest does not come while anybody waits for it.
    hub.always = { content: Buffer.alloc(size, '<html>'), stallAfter: 1000 };

    await expect(weights.pull('hf:org/some-GGUF')).rejects.toMatchObject({
      code: 'weights_invalid',
      message: expect.stringContaining('no GGUF file'),
    });
    expect(readdirSync(join(folder(), 'blobs'))).toEqual([]);
  });

  it.each([
    ['more', size + 10, /has 300010 bytes by its listing, and the server would send 300000/],
    ['fewer', size - 10, /has 299990 bytes by its listing, and the server would send 300000/],
  ])('of a file of which the listing promises %s bytes downloads nothing', async (_, listedBytes, message) => {
    hub.put(repository, { 'some-Q4_K_M.gguf': { content, listedBytes } });

    await expect(weights.pull('hf:org/some-GGUF')).rejects.toMatchObject({ code: 'weights_invalid', message });
    expect(existsSync(join(folder(), 'blobs', hash))).toBe(false);
  });

  it('of a file that comes longer than its listing says, without a length, throws it away', async () => {
    hub.put(repository, { 'some-Q4_K_M.gguf': { content, listedBytes: size - 10 } });
    hub.always = { isChunked: true };

    await expect(weights.pull('hf:org/some-GGUF')).rejects.toMatchObject({ code: 'weights_invalid' });
    expect(existsSync(partial())).toBe(false);
  });

  it('from a server without ranges begins anew', async () => {
    begun(content.subarray(0, 200_000));
    hub.always = { hasRanges: false };

    const { path } = await weights.pull('hf:org/some-GGUF');

    expect(readFileSync(path).equals(content)).toBe(true);
    expect(weights.events).toContainEqual(expect.objectContaining({ kind: 'restarting' }));
    expect(hub.fileBytes()).toBe(size);
  });

  it('brings a split file with all its parts beside each other', async () => {
    const parts = [1, 2, 3].map((part) => madeWeights(1000 * part, part));
    const names = parts.map((_, at) => `big/big-Q6_K-0000${at + 1}-of-00003.gguf`);
    hub.put(repository, Object.fromEntries(names.map((name, at) => [name, parts[at] ?? Buffer.alloc(0)])));

    const plan = await weights.pull('hf:org/some-GGUF:Q6_K');

    expect(plan.totalBytes).toBe(6000);
    expect(plan.path).toMatch(/big-Q6_K-00001-of-00003\.gguf$/);
    for (const [at, part] of parts.entries())
      expect(readFileSync(plan.path.replace('00001-of', `0000${at + 1}-of`)).equals(part)).toBe(true);
  });

  it('checks a small file by the name that git has for it', async () => {
    const small = madeWeights(500, 4);
    hub.put('org/small', { 'tiny-Q4_0.gguf': { content: small, isSmall: true } });

    const { path } = await weights.pull('hf:org/small');
    expect(readFileSync(path).equals(small)).toBe(true);
    expect(readlinkSync(path)).toMatch(/\.\.\/\.\.\/blobs\/[\da-f]{40}$/);

    hub.put('org/wrong', { 'tiny-Q4_0.gguf': { content: small, isSmall: true } });
    hub.always = { content: madeWeights(500, 5) };
    await expect(weights.pull('hf:org/wrong')).rejects.toMatchObject({ code: 'weights_invalid' });
  });

  it('of a commit leaves the branches alone', async () => {
    const { path } = await weights.pull(`hf:org/some-GGUF@${commit}`);

    expect(lstatSync(path).isSymbolicLink()).toBe(true);
    expect(existsSync(join(folder(), 'refs'))).toBe(false);
  });

  it('without enough free space downloads nothing, and says both figures', async () => {
    await using crowded = createTestWeights({ endpoint: hub.url, freeBytes: async () => 64 * 1024 * 1024 + 1000 });

    await expect(crowded.pull('hf:org/some-GGUF')).rejects.toMatchObject({
      code: 'insufficient_storage',
      message: expect.stringMatching(/^300 kB are to be downloaded and 67\.1 MB are free at .*HF_HUB_CACHE/),
    });
    expect(hub.fileBytes()).toBe(0);
    expect(existsSync(crowded.cacheDir)).toBe(false);
  });

  it('into a place where nothing can be written says which, and what to do', async () => {
    const file = join(weights.dir, 'file');
    writeFileSync(file, '');
    await using elsewhere = createTestWeights({ endpoint: hub.url, cacheDir: join(file, 'hub') });

    await expect(elsewhere.pull('hf:org/some-GGUF')).rejects.toMatchObject({
      code: 'configuration_invalid',
      message: expect.stringMatching(/^Nothing can be changed at .*\/file\/hub.* \(ENOTDIR\)\. .*`weights\.cacheDir`/),
    });
  });

  it('that is stopped keeps what came', async () => {
    hub.fileFaults.push({ stallAfter: 100_000 });
    const stopping = new AbortController();
    const pulling = weights.pull('hf:org/some-GGUF', stopping.signal);
    await expect.poll(() => isTaken(100_000)).toBe(true);
    stopping.abort(new Error('stopped'));

    await expect(pulling).rejects.toThrow('stopped');
    expect(statSync(partial()).size).toBe(100_000);

    await weights.pull('hf:org/some-GGUF');
    expect(hub.fileBytes()).toBe(size);
  });
});

describe('many pulls at the same time', () => {
  const references = Array.from({ length: 12 }, (_, at) => `hf:org/some-GGUF:${at % 2 ? 'Q2_K' : 'Q8_0'}`);
  const pullAll = () => Promise.all(references.map((each) => weights.pull(each)));
  const filesIn = (name: string) => readdirSync(join(folder(), name)).toSorted();

  it('of one repository all end well', async () => {
    await pullAll();
    await pullAll();

    expect(filesIn('refs')).toEqual(['main']);
  });

  it('of a new commit with the same files link them', async () => {
    await pullAll();
    const next = hub.put(repository, {
      'some-Q2_K.gguf': madeWeights(1000, 2),
      'some-Q8_0.gguf': madeWeights(2000, 3),
    });

    await pullAll();

    expect(filesIn(join('snapshots', next))).toEqual(['some-Q2_K.gguf', 'some-Q8_0.gguf']);
    expect(readFileSync(join(folder(), 'refs', 'main'), 'utf8')).toBe(next);
  });
});

describe('two pulls of one file', () => {
  it('download it once', async () => {
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
    hub.always = { until };
    const pulling = Promise.all([weights.pull('hf:org/some-GGUF'), weights.pull('hf:org/some-GGUF')]);
    await expect.poll(() => weights.events.map(({ kind }) => kind)).toContain('waiting');
    goOn();
    const plans = await pulling;

    expect(plans[0].path).toBe(plans[1].path);
    expect(hub.fileBytes()).toBe(size);
    expect(weights.events).toContainEqual({ kind: 'waiting', file: 'some-Q4_K_M.gguf', pid: process.pid });
  });
});
