import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { selfSignedCertificate } from '../../../test/support/self-signed-certificate.ts';
import { config } from '../../config/config.ts';
import { checkAddress } from './address.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-doctor-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

const check = (settings: object) =>
  checkAddress({ config: config.parse({ port: 0, stateDir: dir, ...settings }), env: {} });

it('the address where keys are managed has to be free too', async () => {
  const other = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => other.once('listening', resolve));
  const { port } = other.address() as AddressInfo;

  const findings = await check({ admin: { port } });
  other.close();

  expect(findings).toMatchObject([
    { check: 'port', status: 'ok' },
    { check: 'admin', status: 'fail', found: `127.0.0.1:${port} cannot be used (EADDRINUSE)` },
  ]);
});

it('without keys, an address that others can reach fails the check', async () => {
  const host = '0.0.0.0';

  expect((await check({ host, auth: { enabled: false } }))[1]).toMatchObject({
    status: 'fail',
    found: expect.stringMatching(/Keys are switched off.+0\.0\.0\.0/) as string,
  });
  expect(await check({ host })).toMatchObject([{ status: 'ok' }]);
});

it('a certificate and a key that are no pair, or not there, fail the check', async () => {
  const [one, another] = [selfSignedCertificate(), selfSignedCertificate()];
  const write = (name: string, text: string) => {
    writeFileSync(join(dir, name), text);
    return join(dir, name);
  };
  const cert = write('cert', one.cert);

  expect(await check({ tls: { cert, key: write('key', one.key) } })).toMatchObject([
    { check: 'port', status: 'ok' },
    { check: 'tls', status: 'ok' },
  ]);
  for (const key of [write('other', another.key), join(dir, 'none')])
    expect((await check({ tls: { cert, key } }))[1]).toMatchObject({
      status: 'fail',
      found: expect.stringContaining(key) as string,
    });
});
