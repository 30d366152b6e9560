import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { selfSignedCertificate } from '../support/self-signed-certificate.ts';
import { startServerProcess } from '../support/server-process.ts';

const dockerfile = readFileSync(join(import.meta.dirname, '..', '..', 'Dockerfile'), 'utf8');
const [, ...args] = JSON.parse(/^HEALTHCHECK [\s\S]+?CMD (\[.+\])$/m.exec(dockerfile)?.[1] ?? '[]') as string[];

const isHealthy = (stateDir: string) =>
  new Promise<boolean>((resolve) => {
    const env = { MANIFOLD_STATE_DIR: stateDir };
    execFile(process.execPath, args, { env, timeout: 60_000 }, (failure) => resolve(failure === null));
  });

it('the health check of the image finds the server on any port, with TLS and without', async () => {
  const certificate = selfSignedCertificate();
  const dir = mkdtempSync(join(tmpdir(), 'manifold-container-'));
  const [cert, key] = [join(dir, 'cert.pem'), join(dir, 'key.pem')];
  writeFileSync(cert, certificate.cert);
  writeFileSync(key, certificate.key);
  await using plain = await startServerProcess();
  await using secure = await startServerProcess({ args: ['--tls-cert', cert, '--tls-key', key] });
  expect(await isHealthy(plain.stateDir)).toBe(true);
  expect(await isHealthy(secure.stateDir)).toBe(true);

  await plain.stop();
  expect(await isHealthy(plain.stateDir)).toBe(false);
  rmSync(dir, { recursive: true });
});
