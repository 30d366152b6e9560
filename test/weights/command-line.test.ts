import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeEach, describe, expect, it } from 'vitest';
import { madeWeights, sha256, startHubServer, type HubServer } from '../support/hub-server.ts';
import { launcher, runManifold } from '../support/run-manifold.ts';

const size = 4_000_000;
const content = madeWeights(size);
let hub: HubServer;
let dir: string;
beforeEach(async () => {
  hub = await startHubServer();
  hub.put('org/some', { 'some-Q4_K_M.gguf': content, 'some-Q8_0.gguf': madeWeights(5000, 8) });
  dir = mkdtempSync(join(tmpdir(), 'manifold-pull-'));
});
afterEach(async () => {
  await hub[Symbol.asyncDispose]();
  rmSync(dir, { recursive: true, force: true });
});

// Compiled code is kept from one start to the next.
const caches = mkdtempSync(join(tmpdir(), 'manifold-pull-caches-'));
afterAll(() => rmSync(caches, { recursive: true, force: true }));

const env = () => ({
  PATH: process.env['PATH'],
  HOME: dir,
  XDG_CACHE_HOME: caches,
  HF_HOME: join(dir, 'hf'),
  HF_ENDPOINT: hub.url,
});
const run = (...args: string[]) => runManifold(args, { cwd: dir, env: env() });
const partial = () => join(dir, 'hf', 'hub', 'models--org--some', 'blobs', `${sha256(content)}.manifold-part`);
const sizeOf = (path: string) => (existsSync(path) ? statSync(path).size : 0);

describe('manifold pull', () => {
  it('prints where the weights are, and tells the person what was chosen', async () => {
    const { code, stdout, stderr } = await run('pull', 'hf:org/some');

    expect(code).toBe(0);
    expect(readFileSync(stdout.trim()).equals(content)).toBe(true);
    expect(stderr).toContain(`hf:org/some:Q4_K_M from ${hub.url}: some-Q4_K_M.gguf, 4.00 MB.\n`);
    expect(stderr).toMatch(/^100% {2}4\.00 MB of 4\.00 MB/m);

    const again = await run('pull', 'hf:org/some');
    expect(again.stderr).toBe('hf:org/some:Q4_K_M, 4.00 MB: all of it is here already.\n');
    expect(again.stdout).toBe(stdout);
  });

  it('--dry-run downloads nothing', async () => {
    const { code, stdout, stderr } = await run('pull', 'hf:org/some:q8_0', '--dry-run');

    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    expect(stderr).toContain('some-Q8_0.gguf, 5.00 kB.');
    expect(hub.fileBytes()).toBe(0);
    expect(existsSync(join(dir, 'hf'))).toBe(false);
  });

  it('killed in the middle goes on where it was, and no byte comes twice', async () => {
    hub.always = { slowMs: 100 };
    const child = spawn(process.execPath, [launcher, 'pull', 'hf:org/some'], { cwd: dir, env: env(), stdio: 'ignore' });
    await expect.poll(() => sizeOf(partial()), { timeout: 60_000 }).toBeGreaterThan(500_000);
    child.kill('SIGKILL');
    await once(child, 'exit');
    const kept = sizeOf(partial());
    expect(kept).toBeLessThan(size);
    hub.always = {};
    const asked = hub.requests.length;

    const { code, stdout, stderr } = await run('pull', 'hf:org/some');

    expect(code).toBe(0);
    expect(readFileSync(stdout.trim()).equals(content)).toBe(true);
    expect(stderr).toContain('of it here already');
    const ranges = hub.requests.slice(asked).filter(({ host }) => host === 'cdn');
    expect(ranges.map(({ headers }) => headers.range)).toEqual([`bytes=${kept}-`]);
  });

  it('stopped by a signal says how to go on', async () => {
    hub.always = { slowMs: 100 };
    const child = spawn(process.execPath, [launcher, 'pull', 'hf:org/some'], { cwd: dir, env: env() });
    let said = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text));
    await expect.poll(() => sizeOf(partial()), { timeout: 60_000 }).toBeGreaterThan(0);
    child.kill('SIGINT');
    const [code] = (await once(child, 'close')) as [number];

    expect(code).toBe(1);
    expect(said).toMatch(/^manifold: Stopped; the same command goes on where it was\.$/m);
  });

  it('twice at the same time downloads once', async () => {
    const { promise: until, resolve: goOn } = Promise.withResolvers<void>();
    hub.always = { until };
    const onStderr = (said: string) => void (said.includes('Another pull') && goOn());
    const pull = () => runManifold(['pull', 'hf:org/some'], { cwd: dir, env: env(), onStderr });
    const both = await Promise.all([pull(), pull()]);

    expect(both.map(({ code }) => code)).toEqual([0, 0]);
    expect(hub.fileBytes()).toBe(size);
    expect(both.map(({ stderr }) => stderr).join('')).toMatch(/Another pull \(process \d+\) brings some-Q4_K_M\.gguf/);
  });

  it('of what is not there is one line', async () => {
    const { code, stdout, stderr } = await run('pull', 'hf:org/some:Q6_K');

    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toBe('manifold: org/some has no GGUF file of Q6_K. There are: Q4_K_M, Q8_0.\n');
  });

  it('takes the mirror of the configuration', async () => {
    const { stdout: path } = await run('pull', 'hf:org/some:Q8_0');
    writeFileSync(join(dir, 'mirrored.yaml'), `weights: { mirror: hf/hub, cacheDir: other }\n`);
    const before = hub.requests.length;

    const { code, stdout } = await run('pull', 'hf:org/some:Q8_0', '--config', 'mirrored.yaml');

    expect(code).toBe(0);
    expect(stdout).toBe(path.replace(join('hf', 'hub'), 'other'));
    expect(hub.requests).toHaveLength(before);
  });
});

describe('manifold rm', () => {
  it('removes what is named, and says what it has to be told', async () => {
    await run('pull', 'hf:org/some:Q8_0');
    await run('pull', 'hf:org/some:Q4_K_M');

    const several = await run('rm', 'hf:org/some');
    expect(several.code).toBe(1);
    expect(several.stderr).toMatch(/Several models of org\/some are here: hf:org\/some:Q4_K_M, hf:org\/some:Q8_0\./);
    expect((await run('rm', 'hf:org/some:Q8_0', '--dry-run')).stdout).toMatch(/^hf:org\/some:Q8_0: 5\.00 kB in /);
    expect((await run('rm', 'hf:org/some:Q8_0')).stdout).toBe('Removed hf:org/some:Q8_0, 5.00 kB.\n');
    expect((await run('rm', 'hf:org/some')).stdout).toBe('Removed hf:org/some:Q4_K_M, 4.00 MB.\n');
    expect((await run('rm', 'hf:org/some')).stderr).toBe('manifold: hf:org/some is not on this machine.\n');
  });
});
