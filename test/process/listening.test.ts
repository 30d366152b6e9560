import { connect, createServer } from 'node:net';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Agent, fetch as fetchWith } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runManifold } from '../support/run-manifold.ts';
import { writeScriptedModel } from '../support/scripted-model.ts';
import { selfSignedCertificate } from '../support/self-signed-certificate.ts';
import { chatBody, modelId, startServerProcess } from '../support/server-process.ts';

const file = writeScriptedModel();
let dir: string;
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-listening-'));
});
afterAll(() => {
  file.remove();
  rmSync(dir, { recursive: true, force: true });
});

const serve = (...args: string[]) =>
  runManifold(['serve', '--state-dir', join(dir, 'state'), '--model', file.path, ...args], { env: { TMPDIR: dir } });
/** What engines keep for as long as they live. */
const directories = () => readdirSync(dir).filter((name) => name.startsWith('manifold-'));

describe('a server with a certificate and a key', () => {
  it('speaks https, to clients that trust the certificate only', async () => {
    const { cert, key } = selfSignedCertificate();
    writeFileSync(join(dir, 'cert.pem'), cert);
    writeFileSync(join(dir, 'key.pem'), key, { mode: 0o600 });
    await using server = await startServerProcess({
      modelPath: file.path,
      args: ['--tls-cert', join(dir, 'cert.pem'), '--tls-key', join(dir, 'key.pem')],
    });
    const request = {
      method: 'POST',
      headers: { authorization: `Bearer ${server.key}`, 'content-type': 'application/json' },
      body: JSON.stringify(chatBody('hello')),
    };
    const trusting = new Agent({ connect: { ca: cert } });

    expect(server.url).toMatch(/^https:/);
    const answer = await fetchWith(`${server.url}/v1/chat/completions`, { ...request, dispatcher: trusting });
    expect(await answer.json()).toMatchObject({ model: modelId, choices: [{ finish_reason: 'stop' }] });
    await expect(fetch(`${server.url}/v1/health/live`)).rejects.toThrow('fetch failed');
    await expect(fetch(`${server.url.replace('https', 'http')}/v1/health/live`)).rejects.toThrow('fetch failed');
    await trusting.close();
  });

  it('refuses to start when the key file is not there, naming it', async () => {
    const { code, stderr } = await serve('--tls-cert', join(dir, 'cert.pem'), '--tls-key', join(dir, 'none.pem'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^manifold: .*none\.pem.*\n$/);
  });
});

it('a certificate and a key that are no pair, or none at all, are refused in one line', async () => {
  writeFileSync(join(dir, 'one.pem'), selfSignedCertificate().cert);
  writeFileSync(join(dir, 'other.pem'), selfSignedCertificate().key);
  writeFileSync(join(dir, 'none.pem'), 'none');
  for (const cert of ['one.pem', 'none.pem']) {
    const { code, stderr } = await serve('--tls-cert', join(dir, cert), '--tls-key', join(dir, 'other.pem'));
    expect(code).toBe(1);
    expect(stderr).toMatch(/^manifold: The TLS certificate or key cannot be used \(.+\): .*other\.pem\.\n$/);
  }
});

/** What the system keeps at most, whatever is asked for. */
const most = Number(readFileSync('/proc/sys/net/core/somaxconn', 'utf8'));

it.skipIf(most < 1000)(
  'a crowd that comes while the server has no time finds room, and need not knock again',
  async () => {
    await using server = await startServerProcess({ modelPath: file.path });
    server.signal('SIGSTOP');
    const crowd = Array.from({ length: 1000 }, () => connect(server.port, '127.0.0.1').on('error', () => undefined));
    try {
      await expect.poll(() => crowd.filter(({ readyState }) => readyState === 'open').length).toBe(crowd.length);
    } finally {
      server.signal('SIGCONT');
      for (const socket of crowd) socket.destroy();
    }
  },
);

describe('an address', () => {
  it('that the system refuses is named in one line', async () => {
    // Of this kind it is incomplete without the name of a network card.
    const { code, stderr } = await serve('--host', 'fe80::1', '--port', '0');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^manifold: .*fe80::1.*--host\.\n$/);
  });

  it.each(['0.0.0.0', '::', '192.0.2.1'])('%s without keys is refused', async (host) => {
    const { code, stderr } = await serve('--host', host, '--no-auth', '--port', '0');
    expect(code).toBe(1);
    expect(stderr).toMatch(/^manifold: .*loopback.*\n$/);
    expect(directories()).toEqual([]);
  });

  it('of this machine alone may go without keys', async () => {
    await using server = await startServerProcess({ modelPath: file.path, args: ['--no-auth'] });
    expect(server.key).toBe('');
    const answer = await fetch(`${server.url}/v1/chat/completions`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(chatBody('hello')),
    });
    expect(answer.status).toBe(200);
  });

  it('whose port is taken is one line that says so', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => other.once('listening', resolve));
    const { port } = other.address() as { port: number };
    const { code, stderr } = await serve('--port', String(port));
    other.close();
    expect(code).toBe(1);
    expect(stderr).toBe(
      `manifold: Port ${port} on 127.0.0.1 is in use. Stop the other program or choose another port with --port.\n`,
    );
    expect(directories()).toEqual([]);
  });
});

describe('a state directory', () => {
  it('belongs to one server; a second one names the first', async () => {
    await using first = await startServerProcess({ modelPath: file.path });
    const { code, stderr } = await runManifold(['serve', '--port', '0', '--state-dir', first.stateDir]);
    expect(code).toBe(1);
    expect(stderr).toContain(`pid ${first.pid}, ${first.url}`);
    expect((await first.chat('hello')).status).toBe(200);
  });
});
