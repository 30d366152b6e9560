import { describe, expect, it } from 'vitest';
import { digestKey, generateKey } from './api-key.ts';
import { anonymous } from './anonymous.ts';
import { createAuthenticator } from './authenticator.ts';
import { createConfiguredKeys } from './configured-keys.ts';

const kept = generateKey();
let asked: string[] = [];
const known = {
  find: async (digest: string) => {
    asked.push(digest);
    return digest === digestKey(kept) ? { ...anonymous, keyId: 'key_kept' } : undefined;
  },
};
let now = 0;
const own = createConfiguredKeys().read([
  'my-own-key-0123456789',
  {
    key: 'another-key-0123456789',
    id: 'ci',
    name: 'CI',
    owner: null,
    team: 'search',
    labels: {},
    scopes: ['admin'],
    models: ['meta/*'],
    endpoints: null,
    limits: {},
    weight: 1,
    expiresAt: '1970-01-01T00:00:01.000Z',
  },
]);
const authenticator = createAuthenticator({ known, configured: () => own, now: () => now });
const authenticate = (authorization?: string) => {
  asked = [];
  return authenticator.authenticate(authorization);
};

describe('a key', () => {
  it('is found by its digest, and nothing else of it goes anywhere', async () => {
    expect(await authenticate(`Bearer ${kept}`)).toMatchObject({ keyId: 'key_kept' });
    expect(asked).toEqual([digestKey(kept)]);
  });

  it('of the configuration may have any form, and is for answers and metrics where it says no more', async () => {
    expect(await authenticate('Bearer my-own-key-0123456789')).toMatchObject({
      keyId: 'config_1',
      scopes: ['inference', 'metrics'],
    });
    expect(asked).toEqual([]);
  });

  it('of the configuration may say what it may do, and ends when it says', async () => {
    now = 999;
    expect(await authenticate('Bearer another-key-0123456789')).toMatchObject({
      keyId: 'config_ci',
      team: 'search',
      scopes: ['admin'],
      models: ['meta/*'],
    });
    now = 1000;
    await expect(authenticate('Bearer another-key-0123456789')).rejects.toMatchObject({ code: 'invalid_api_key' });
  });

  it('that cannot be one never reaches the store', async () => {
    for (const token of ["nvapi-' OR '1'='1", 'nvapi-', `${kept}x`, kept.slice(0, -1), 'my-own-key-0123456780', 'a']) {
      // oxlint-disable-next-line no-await-in-loop -- `asked` is of one call
      await expect(authenticate(`Bearer ${token}`)).rejects.toMatchObject({ status: 401 });
      expect(asked).toEqual([]);
    }
  });

  it('that is unknown is refused in the words for any that opens nothing', async () => {
    const message = await authenticate(`Bearer ${generateKey()}`).catch((failure: Error) => failure.message);
    expect(await authenticate('Bearer nonsense').catch((failure: Error) => failure.message)).toBe(message);
    expect(message).not.toMatch(/revoked|expired|unknown/);
  });

  it('that is missing is told so', async () => {
    await expect(authenticate()).rejects.toMatchObject({ code: 'missing_api_key' });
    await expect(authenticate('  ')).rejects.toMatchObject({ code: 'missing_api_key' });
    await expect(authenticate(`Basic ${kept}`)).rejects.toMatchObject({ code: 'invalid_api_key' });
  });
});
