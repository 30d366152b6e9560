import { createHash } from 'node:crypto';
import { once } from 'node:events';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeWeights, sha256, startHubServer } from '../support/hub-server.ts';
import { createTestWeights } from '../support/weights.ts';

const content = madeWeights(100_000);
let dir: string;
let server: Server;
let url: string;
const asked: { path: string; authorization: string | undefined; range: string | undefined }[] = [];

/** A plain file server of `dir`, as nginx is one. */
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-mirror-'));
  asked.length = 0;
  server = createServer((request, response) => {
    const path = (request.url?.split('?')[0] ?? '').replaceAll(/(?:%[\da-f]{2})+/gi, decodeURIComponent);
    const { authorization, range } = request.headers;
    asked.push({ path, authorization, range });
    const file = join(dir, path);
    if (!existsSync(file) || !statSync(file).isFile()) {
      response.writeHead(404).end();
      return;
    }
    const bytes = readFileSync(file);
    const etag = `"${createHash('md5').update(bytes).digest('hex')}"`;
    const isSame =
      path.includes('careless') || [undefined, etag].includes(request.headers['if-range'] as string | undefined);
    const from = isSame ? Number(/^bytes=(\d+)-/.exec(range ?? '')?.[1] ?? 0) : 0;
    const partial = { 'content-range': `bytes ${from}-${bytes.length - 1}/${bytes.length}` };
    const lastModified = path.startsWith('/undated/') ? {} : { 'last-modified': statSync(file).mtime.toUTCString() };
    response.writeHead(from > 0 ? 206 : 200, {
      etag,
      'content-length': bytes.length - from,
      ...lastModified,
      ...(from > 0 && partial),
    });
    response.end(bytes.subarray(from));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.close();
  rmSync(dir, { recursive: true, force: true });
});

const write = (path: string, bytes: Buffer | string) => {
  mkdirSync(dirname(join(dir, path)), { recursive: true });
  writeFileSync(join(dir, path), bytes);
};

describe.each(['server', 'folder'])('a mirror that is a %s', (kind) => {
  const mirror = () => (kind === 'server' ? url : dir);

  it('serves what its SHA256SUMS lists, checked', async () => {
    write('org/some/a-Q4_K_M.gguf', content);
    write('org/some/a-Q8_0.gguf', madeWeights(2000, 2));
    write('org/some/SHA256SUMS', `${sha256(content)}  a-Q4_K_M.gguf\n${'0'.repeat(64)} *a-Q8_0.gguf\n`);
    await using weights = createTestWeights({ mirror: mirror() });

    const { path } = await weights.pull('hf:org/some');

    expect(readFileSync(path).equals(content)).toBe(true);
    expect(existsSync(join(weights.cacheDir, 'models--org--some', 'blobs', sha256(content)))).toBe(true);
    expect(await weights.store.find({ repository: 'org/some', quantization: 'Q4_K_M' })).toBe(path);
    await expect(weights.pull('hf:org/some:Q8_0')).rejects.toMatchObject({ code: 'weights_invalid' });
  });

  it('says what it lacks', async () => {
    await using weights = createTestWeights({ mirror: mirror() });

    await expect(weights.pull('hf:org/none')).rejects.toMatchObject({
      code: 'weights_not_found',
      message: expect.stringContaining('org/none'),
    });
  });
});

describe('a folder as mirror', () => {
  it('needs no SHA256SUMS', async () => {
    write('org/some/sub/a-Q4_K_M.gguf', content);
    await using weights = createTestWeights({ mirror: dir });

    const { path } = await weights.pull('hf:org/some');

    expect(readFileSync(path).equals(content)).toBe(true);
    expect(path).toMatch(/\/snapshots\/[\da-f]{40}\/sub\/a-Q4_K_M\.gguf$/);
  });

  it('may be the cache of another machine', async () => {
    await using hub = await startHubServer();
    const commit = hub.put('org/some', { 'a-Q4_K_M.gguf': content });
    await using there = createTestWeights({ endpoint: hub.url });
    await there.pull('hf:org/some');
    cpSync(there.cacheDir, dir, { recursive: true, verbatimSymlinks: true });
    await using weights = createTestWeights({ mirror: dir });

    const { path } = await weights.pull('hf:org/some:Q4_K_M');

    expect(path).toBe(join(weights.cacheDir, 'models--org--some', 'snapshots', commit, 'a-Q4_K_M.gguf'));
    expect(readFileSync(path).equals(content)).toBe(true);
  });
});

describe('a server as mirror', () => {
  it('needs no SHA256SUMS for files that a card knows', async () => {
    write('org/some/a-Q4_K_M.gguf', content);
    const known = (sum: string) => [
      { repository: 'org/some', quantization: 'Q4_K_M', files: [{ path: 'a-Q4_K_M.gguf', sha256: sum }] },
    ];
    await using weights = createTestWeights({ mirror: url, sourcesOf: () => known(sha256(content)) });
    await using wrong = createTestWeights({ mirror: url, sourcesOf: () => known('0'.repeat(64)) });

    const { path } = await weights.pull('meta/some');

    expect(readFileSync(path).equals(content)).toBe(true);
    await expect(wrong.pull('meta/some')).rejects.toMatchObject({ code: 'weights_invalid' });
  });

  it('gets the name and password of its address, which nothing shows', async () => {
    write('org/some/a-Q4_K_M.gguf', content);
    write('org/some/SHA256SUMS', `${sha256(content)}  a-Q4_K_M.gguf\n`);
    const mirror = url.replace('http://', 'http://me:s%20cret@');
    await using weights = createTestWeights({ mirror });

    const plan = await weights.pull('hf:org/some');

    expect(new Set(asked.map(({ authorization }) => authorization))).toEqual(
      new Set([`Basic ${Buffer.from('me:s cret').toString('base64')}`]),
    );
    expect(plan.from).toBe(url);
  });

  it('gets a password with a percent sign as it is written', async () => {
    write('org/some/a-Q4_K_M.gguf', content);
    write('org/some/SHA256SUMS', `${sha256(content)}  a-Q4_K_M.gguf\n`);
    await using weights = createTestWeights({ mirror: url.replace('http://', 'http://me:100%sure@') });

    await weights.pull('hf:org/some');

    expect(asked[0]?.authorization).toBe(`Basic ${Buffer.from('me:100%sure').toString('base64')}`);
  });
});

describe('a URL', () => {
  it('is pulled into a folder by its host and path, and goes on where it ended', async () => {
    write('some/a-Q8_0.gguf', content);
    await using weights = createTestWeights({});
    const place = join(weights.dir, 'files', new URL(url).host.replace(':', '_'), 'some', 'a-Q8_0.gguf');
    const etag = `"${createHash('md5').update(content).digest('hex')}"`;
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(`${place}.manifold-part`, content.subarray(0, 60_000));
    writeFileSync(`${place}.manifold-part.json`, JSON.stringify({ validator: etag, totalBytes: content.length }));

    const { path } = await weights.pull(`${url}/some/a-Q8_0.gguf?signature=x`);

    expect(path).toBe(place);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(asked.at(-1)?.range).toBe('bytes=60000-');
    expect(await weights.store.list()).toMatchObject([{ path, quantization: 'Q8_0', bytes: content.length }]);
  });

  it.each([
    ['', 'some'],
    [', also where the server does not compare versions', 'careless'],
  ])('behind which another file lies by now begins anew%s', async (_, folder) => {
    write(`${folder}/a-Q8_0.gguf`, content);
    await using weights = createTestWeights({});
    const place = join(weights.dir, 'files', new URL(url).host.replace(':', '_'), folder, 'a-Q8_0.gguf');
    mkdirSync(dirname(place), { recursive: true });
    writeFileSync(`${place}.manifold-part`, madeWeights(60_000, 7));
    writeFileSync(`${place}.manifold-part.json`, JSON.stringify({ validator: '"older"', totalBytes: content.length }));

    const { path } = await weights.pull(`${url}/${folder}/a-Q8_0.gguf`);

    expect(readFileSync(path).equals(content)).toBe(true);
    expect(weights.events).toContainEqual(expect.objectContaining({ kind: 'restarting' }));
  });

  it.each(['dated', 'undated'])('behind which the same file lies is not downloaded twice (%s)', async (folder) => {
    write(`${folder}/a-Q8_0.gguf`, content);
    await using weights = createTestWeights({});
    await weights.pull(`${url}/${folder}/a-Q8_0.gguf`);

    const { presentBytes } = await weights.pull(`${url}/${folder}/a-Q8_0.gguf`);

    expect(presentBytes).toBe(content.length);
  });

  it('behind which another file of the same length lies by now is downloaded again', async () => {
    write('some/a-Q8_0.gguf', content);
    await using weights = createTestWeights({});
    await weights.pull(`${url}/some/a-Q8_0.gguf`);
    const other = madeWeights(content.length, 9);
    write('some/a-Q8_0.gguf', other);
    utimesSync(join(dir, 'some/a-Q8_0.gguf'), new Date(), new Date(Date.now() + 60_000));

    const { path } = await weights.pull(`${url}/some/a-Q8_0.gguf`);

    expect(readFileSync(path).equals(other)).toBe(true);
  });

  it('of a part of a split file brings all parts', async () => {
    write('b-00001-of-00002.gguf', madeWeights(1000, 1));
    write('b-00002-of-00002.gguf', madeWeights(1000, 2));
    await using weights = createTestWeights({});

    const { path, totalBytes } = await weights.pull(`${url}/b-00002-of-00002.gguf`);

    expect(totalBytes).toBe(2000);
    expect(path).toMatch(/b-00001-of-00002\.gguf$/);
  });

  it.each([
    ['a%2Fb', 'a%252Fb', 'is of one folder'],
    ['..%2F..%2F..%2Fout', '..%252F..%252F..%252Fout', 'leads nowhere else'],
    ['100% new?', '100%25%20new%3F', 'has letters that a URL writes otherwise'],
    ['50%', '50%', 'has a percent sign that begins no letter'],
  ])('with a name like %s (%s) %s', async (name, written) => {
    write(`${name}.gguf`, content);
    await using weights = createTestWeights({});
    const place = join(weights.dir, 'files', new URL(url).host.replace(':', '_'), `${name}.gguf`);

    const { path } = await weights.pull(`${url}/${written}.gguf`);

    expect(path).toBe(place);
    expect(readFileSync(path).equals(content)).toBe(true);
    expect(await weights.store.locate(`${url}/${written}.gguf`)).toMatchObject({ path });
  });

  it('that somebody elsewhere names has to be of an allowed host', async () => {
    write('a.gguf', content);
    const asking = { signal: new AbortController().signal, report: () => undefined, isRemote: true };
    await using weights = createTestWeights({});
    await using open = createTestWeights({ allowHosts: ['127.0.0.1'] });

    await expect(weights.store.plan(`${url}/a.gguf`, asking)).rejects.toMatchObject({
      code: 'invalid_value',
      message: expect.stringContaining('weights.allowHosts'),
    });
    await expect(weights.store.plan('/etc/some.gguf', asking)).rejects.toMatchObject({ code: 'invalid_value' });
    expect(asked).toEqual([]);
    await using spelled = createTestWeights({ allowHosts: ['LOCALHOST:80', `LocalHost:${new URL(url).port}`] });
    expect(await spelled.store.plan(`${url.replace('127.0.0.1', 'localhost')}/a.gguf`, asking)).toMatchObject({
      totalBytes: content.length,
    });
    await expect(spelled.store.plan(`${url}/a.gguf`, asking)).rejects.toMatchObject({ code: 'invalid_value' });
    // Whether anybody answers there is another matter.
    const there = spelled.store.plan('http://localhost:80/a.gguf', asking).then(() => 'planned');
    expect(await there.catch(({ code }: { code: string }) => code)).not.toBe('invalid_value');
    expect(await open.store.plan(`${url}/a.gguf`, asking)).toMatchObject({ totalBytes: content.length });
  });
});

describe('a path', () => {
  it('is copied, with all parts of a split file', async () => {
    write('c-Q4_0-00001-of-00002.gguf', madeWeights(1000, 1));
    write('c-Q4_0-00002-of-00002.gguf', madeWeights(1000, 2));
    await using weights = createTestWeights({});

    const { path, quantization } = await weights.pull(join(dir, 'c-Q4_0-00002-of-00002.gguf'));

    expect(quantization).toBe('Q4_0');
    expect(readFileSync(path).equals(madeWeights(1000, 1))).toBe(true);
  });

  it('is copied again when the file is another of the same length by now', async () => {
    const writeOf = (path: string, of: number) => {
      write(path, madeWeights(1000, of));
      utimesSync(join(dir, path), of, of);
    };
    writeOf('d-Q4_0.gguf', 1);
    writeOf('other/d-Q4_0.gguf', 2);
    await using weights = createTestWeights({});

    const { path } = await weights.pull(join(dir, 'd-Q4_0.gguf'));
    expect((await weights.pull(join(dir, 'd-Q4_0.gguf'))).presentBytes).toBe(1000);
    await weights.pull(join(dir, 'other', 'd-Q4_0.gguf'));
    expect(readFileSync(path).equals(madeWeights(1000, 2))).toBe(true);

    writeOf('other/d-Q4_0.gguf', 3);
    await weights.pull(join(dir, 'other', 'd-Q4_0.gguf'));
    expect(readFileSync(path).equals(madeWeights(1000, 3))).toBe(true);
  });

  it('that is no GGUF file is refused', async () => {
    write('d.gguf', 'something else');
    await using weights = createTestWeights({});

    await expect(weights.pull(join(dir, 'd.gguf'))).rejects.toMatchObject({ code: 'weights_invalid' });
    const missing = { code: 'weights_not_found', message: expect.stringContaining('There is no file') as string };
    await expect(weights.pull(join(dir, 'none.gguf'))).rejects.toMatchObject(missing);
  });
});
