import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { answer, scriptedEngine } from '../support/scripted-engine.ts';
import { selfSignedCertificate } from '../support/self-signed-certificate.ts';
import { startTestServer } from '../support/test-server.ts';

const directory = mkdtempSync(join(tmpdir(), 'manifold-tls-'));
afterEach(() => rmSync(directory, { recursive: true, force: true }));

it('a stopping server does not wait for who connected and never said a word of TLS', async () => {
  const { cert, key } = selfSignedCertificate();
  const tls = { cert: join(directory, 'cert.pem'), key: join(directory, 'key.pem') };
  writeFileSync(tls.cert, cert);
  writeFileSync(tls.key, key);
  const server = await startTestServer(scriptedEngine(answer('Hi')), { settings: { tls } });
  const silent = connect(server.port, '127.0.0.1');
  await once(silent, 'connect');
  const closed = once(silent, 'close');

  const stoppedAt = performance.now();
  await server.stop();
  await closed;

  // The handshake would have had ten seconds.
  expect(performance.now() - stoppedAt).toBeLessThan(8000);
});
