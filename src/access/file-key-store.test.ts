import { mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { beforeEach, expect, it } from 'vitest';
import { createAuthenticator } from './authenticator.ts';
import { ensureKey, resetKeys } from './ensure-key.ts';
import { createFileKeyStore } from './file-key-store.ts';

let stateDir: string;
beforeEach(async () => {
  stateDir = await mkdtemp(path.join(tmpdir(), 'keys-'));
});

it('makes a key once, and stores its digest only, for the owner only', async () => {
  const store = createFileKeyStore(stateDir);

  const first = await ensureKey(store);
  const second = await ensureKey(store);

  const file = path.join(stateDir, 'keys.json');
  expect(first.plain).toMatch(/^nvapi-/);
  expect(second.plain).toBeUndefined();
  expect(await readFile(file, 'utf8')).not.toContain(first.plain);
  expect((await stat(file)).mode & 0o777).toBe(0o600);
});

it('accepts the key after a restart, and no longer after a reset by another process', async () => {
  const { plain } = await ensureKey(createFileKeyStore(stateDir));
  let time = 0;
  const restarted = createAuthenticator(
    createFileKeyStore(stateDir, () => time),
    [],
  );
  await expect(restarted.authenticate(`Bearer ${plain}`)).resolves.toMatchObject({
    keyId: expect.stringMatching(/^key_/),
  });

  const { plain: fresh } = await resetKeys(createFileKeyStore(stateDir));
  time += 1001;

  await expect(restarted.authenticate(`Bearer ${plain}`)).rejects.toMatchObject({ code: 'invalid_api_key' });
  await expect(restarted.authenticate(`Bearer ${fresh}`)).resolves.toBeDefined();
});

it('says what to do about a broken file', async () => {
  await writeFile(path.join(stateDir, 'keys.json'), '{');

  await expect(createFileKeyStore(stateDir).list()).rejects.toMatchObject({
    code: 'configuration_invalid',
    message: expect.stringContaining('keys reset'),
  });
});

it('accepts plain keys of the configuration, of any form', async () => {
  const authenticator = createAuthenticator(createFileKeyStore(stateDir), ['my-own-key-0123456789']);

  await expect(authenticator.authenticate('Bearer my-own-key-0123456789')).resolves.toMatchObject({
    keyId: 'config_1',
  });
  await expect(authenticator.authenticate('Bearer my-own-key-0123456780')).rejects.toMatchObject({
    code: 'invalid_api_key',
  });
});
