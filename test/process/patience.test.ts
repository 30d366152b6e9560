import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf, openRaw } from '../support/raw-connection.ts';
import { rawChat } from '../support/raw-exchange.ts';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { selfSignedCertificate } from '../support/self-signed-certificate.ts';
import { chatBody, startServerProcess, type ServerProcess } from '../support/server-process.ts';
import { startTestServer } from '../support/test-server.ts';

let server: ServerProcess;
beforeAll(async () => {
  server = await startServerProcess({ args: ['--slots', '1', '--context', '32768'] });
});
afterAll(() => server[Symbol.asyncDispose]());

const tooSlow = { error: { code: 'request_timeout', type: 'invalid_request_error' }, status: 408 };

describe('the server’s patience ends', { concurrent: true, timeout: 240_000 }, () => {
  it('with headers that take longer than 10 s', async () => {
    using slow = openRaw(server.port);
    slow.send('POST /v1/chat/completions HTTP/1.1\r\nhost: x\r\n');
    expect(jsonOf(await slow.untilClosed(20_000))).toMatchObject(tooSlow);
  });

  it('with a TLS handshake that takes longer than 10 s', async () => {
    const directory = mkdtempSync(join(tmpdir(), 'manifold-patience-'));
    const tls = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
    const { cert, key } = selfSignedCertificate();
    writeFileSync(tls.cert, cert);
    writeFileSync(tls.key, key);
    const secure = await startTestServer(scriptedEngine(answer('Hi')), { settings: { tls } });
    rmSync(directory, { recursive: true });
    using silent = openRaw(secure.port);
    expect(await silent.untilClosed(20_000)).toBe('');
    await secure.stop();
  });

  it('with a body that takes longer than 30 s', async () => {
    using slow = openRaw(server.port);
    slow.send(rawChat(server.key, chatBody('hello')).slice(0, -5));
    expect(jsonOf(await slow.untilClosed(45_000))).toMatchObject(tooSlow);
  });

  it('with a reader who takes nothing for 30 s, and the slot is free again', async () => {
    using stuck = openRaw(server.port);
    stuck.socket.pause();
    // More than the socket buffers of both sides hold.
    stuck.send(rawChat(server.key, chatBody('forever', { stream: true, max_tokens: 30_000, n: 8 })));
    await expect.poll(() => server.metric('manifold_requests_running')).toBe(1);

    await expect
      .poll(() => server.accessLog().map(({ errorCode }) => errorCode), { timeout: 220_000 })
      .toContain('client_closed_request');
    expect((await server.chat('hello')).status).toBe(200);
  });
});
