import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runManifold } from '../support/run-manifold.ts';
import { modelId, type ServerProcess, startServerProcess } from '../support/server-process.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess();
});
afterAll(() => server[Symbol.asyncDispose]());

const statusWith = async (key: string) =>
  (await server.chat('hello', {}, { headers: { authorization: `Bearer ${key}` } })).status;

describe('a key', () => {
  it('that was reset stops working in the running server, and the new one works', async () => {
    expect(await statusWith(server.key)).toBe(200);

    const { stdout, stderr } = await runManifold(['keys', 'reset', '--state-dir', server.stateDir]);
    const renewed = stdout.trim();

    expect(stderr).toContain(server.url);
    await expect.poll(() => statusWith(renewed)).toBe(200);
    await expect.poll(() => statusWith(server.key)).toBe(401);
  });
});

describe('keys of the command line', () => {
  const manage = async (...args: string[]) => {
    const { code, stdout, stderr } = await runManifold(['keys', ...args, '--state-dir', server.stateDir, '--json']);
    return {
      code,
      stderr,
      key: (stdout === '' ? {} : JSON.parse(stdout)) as { id: string; key: string; status: string; expiresAt: unknown },
    };
  };

  it('work in the running server, and end there', async () => {
    const made = await manage(
      'create',
      '--name',
      'ci',
      '--model',
      'none/*',
      '--limit',
      'concurrency=3',
      '--expires',
      '1d',
    );
    expect(made.key).toMatchObject({
      name: 'ci',
      models: ['none/*'],
      limits: { concurrency: 3 },
      scopes: ['inference'],
    });
    await expect.poll(() => statusWith(made.key.key)).toBe(403);

    const changed = await manage('change', made.key.id, '--model', modelId, '--expires', 'never');
    expect(changed.key.expiresAt).toBeNull();
    await expect.poll(() => statusWith(made.key.key)).toBe(200);

    const rotated = await manage('rotate', made.key.id, '--overlap', '1h');
    expect([await statusWith(made.key.key), await statusWith(rotated.key.key)]).toEqual([200, 200]);

    await manage('revoke', made.key.id);
    await expect.poll(() => statusWith(rotated.key.key)).toBe(401);
    const audit = (await manage('audit', '--key', made.key.id)).key as unknown as { action: string }[];
    expect(audit.map(({ action }) => action)).toEqual(['revoke', 'rotate', 'change', 'create']);
  });

  it('show what clients named so that it speaks to no terminal and passes for no line of its own', async () => {
    const admin = await manage('create', '--scope', 'admin', '--scope', 'inference');
    const post = (path: string, body: object) =>
      server.fetch(path, {
        method: 'POST',
        headers: { 'content-type': 'application/json', authorization: `Bearer ${admin.key.key}` },
        body: JSON.stringify(body),
      });
    await post('/v1/manifold/load', { model: 'x\n2026-01-01T00:00:00.000Z  cli  revoke  key_1\u001b[2J\u009b' });
    const made = await post('/v1/manifold/keys', { labels: { of: 'a\nstatus  active\u001b[2J' } });
    const { id } = (await made.json()) as { id: string };
    const shown = async (...args: string[]) =>
      (await runManifold(['keys', ...args, '--state-dir', server.stateDir])).stdout;

    const audit = await shown('audit', '--limit', '2');
    const key = await shown('show', id);

    expect(audit.trimEnd().split('\n')).toHaveLength(2);
    expect(audit).toContain('x\\u{a}2026-01-01');
    expect(key).toContain('of=a\\u{a}status');
    // oxlint-disable-next-line no-control-regex -- what must not be there
    expect(audit + key).not.toMatch(/[\u001b\u009b]/);
  });

  it('name the flag that is wrong', async () => {
    expect(await manage('create', '--limit', 'speed=3')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('speed'),
    });
    expect(await manage('create', '--scope', 'root')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('scopes'),
    });
    expect(await manage('show', 'key_none')).toMatchObject({ code: 1, stderr: expect.stringContaining('key_none') });
  });
});

describe('a configuration that is read anew', () => {
  it('brings keys into the running server, and a broken one leaves it as it is', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'reload-'));
    const file = join(dir, 'manifold.yaml');
    const [first, second] = ['first-key-0123456789', 'second-key-0123456789'];
    writeFileSync(file, `auth:\n  keys: [${first}]\n`);
    const own = await startServerProcess({ args: ['--config', file] });
    try {
      const statusOf = async (key: string) =>
        (await own.fetch('/v1/models', { headers: { authorization: `Bearer ${key}` } })).status;
      const reload = () => runManifold(['reload', '--state-dir', own.stateDir]);

      writeFileSync(file, `auth:\n  keys: [${second}]\nlogLevel: error\n`);
      const { code, stdout, stderr } = await reload();
      expect([code, stdout, stderr]).toEqual([
        0,
        expect.stringContaining(own.url),
        expect.stringContaining('logLevel'),
      ]);
      expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200]);

      writeFileSync(file, 'auth:\n  keys: [short]\n');
      const broken = await reload();
      expect([broken.code, broken.stderr]).toEqual([1, expect.stringContaining('auth.keys')]);
      expect(broken.stderr).not.toContain('short]');
      expect(await statusOf(second)).toBe(200);

      writeFileSync(file, `auth:\n  keys: [${first}]\n`);
      own.signal('SIGHUP');
      await expect.poll(() => statusOf(first)).toBe(200);
    } finally {
      await own[Symbol.asyncDispose]();
      rmSync(dir, { recursive: true });
    }
  });

  it('is taken on a full disk too, where nobody can be told', async () => {
    await using own = await startServerProcess();
    // The kernel lets no file grow: a full disk that a test may make, and end.
    const limitTo = (bytes: string) => execFileSync('prlimit', ['--pid', String(own.pid), `--fsize=${bytes}:`]);

    limitTo('0');
    own.signal('SIGHUP');
    await expect.poll(() => own.stderr()).toContain('was read anew');
    limitTo('unlimited');

    expect((await runManifold(['reload', '--state-dir', own.stateDir])).code).toBe(0);
    const locks = readdirSync(own.stateDir).filter((name) => name.startsWith('lock'));
    expect(locks.toSorted()).toEqual(['lock', 'lock.held']);
  });

  it('keeps what a file said that is gone, though nobody named it', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'reload-'));
    writeFileSync(join(dir, 'manifold.yaml'), 'auth:\n  keys: [a-key-0123456789]\n');
    await using own = await startServerProcess({ cwd: dir });
    rmSync(dir, { recursive: true });

    const { code, stderr } = await runManifold(['reload', '--state-dir', own.stateDir]);

    expect([code, stderr]).toEqual([1, expect.stringContaining('manifold.yaml does not exist')]);
    const headers = { authorization: 'Bearer a-key-0123456789' };
    expect((await own.fetch('/v1/models', { headers })).status).toBe(200);
  });

  it('needs a server', async () => {
    const dir = mkdtempSync(join(tmpdir(), 'reload-'));
    const { code, stderr } = await runManifold(['reload', '--state-dir', dir]);
    expect([code, stderr]).toEqual([1, expect.stringContaining('No server runs')]);
    rmSync(dir, { recursive: true });
  });
});

describe('the log', () => {
  it('has one line for each request, without a word of prompt, answer or key', async () => {
    const { stdout } = await runManifold(['keys', 'reset', '--state-dir', server.stateDir]);
    const key = stdout.trim();
    await expect.poll(() => statusWith(key)).toBe(200);
    const canary = 'canary-2f6b1c';
    const headers = { authorization: `Bearer ${key}` };
    const ids: string[] = [];
    const read = async (response: Response) => {
      ids.push(response.headers.get('x-request-id') ?? '');
      return await response.text();
    };

    const plain = await read(await server.chat(`hello ${canary}`, { user: canary }, { headers }));
    const answer = (JSON.parse(plain) as { choices: [{ message: { content: string } }] }).choices[0].message.content;
    await read(await server.chat(`hello ${canary}`, { stream: true }, { headers }));
    await read(await server.chat(canary, { temperature: canary }, { headers }));
    await read(await server.chat(canary, { model: canary }, { headers }));
    await read(await server.chat(canary, {}, { headers: { authorization: `Bearer nvapi-${canary}` } }));
    await read(await server.fetch(`/v1/models/none?secret=${canary}`, { headers }));

    const audited = () => server.accessLog().filter(({ requestId }) => ids.includes(String(requestId)));
    await expect.poll(() => audited().length).toBe(6);
    expect(audited().map(({ status }) => status)).toEqual([200, 200, 400, 404, 401, 404]);
    const written = server.stdout() + server.stderr();
    expect(answer.length).toBeGreaterThan(3);
    for (const secret of [canary, key, answer]) expect(written).not.toContain(secret);
  });
});
