import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openKeptKeys, type KeptKeysUnderTest } from '../../test/support/kept-keys.ts';
import { createKeyRequest } from '../api/key.ts';
import { digestKey } from './api-key.ts';
import { everything } from './key-settings.ts';
import type { Manager } from './keys.ts';
import { createKnownKeys } from './known-keys.ts';

let now = Date.parse('2026-01-01T00:00:00.000Z');
let kept: KeptKeysUnderTest;
beforeEach(async () => {
  now = Date.parse('2026-01-01T00:00:00.000Z');
  kept = await openKeptKeys(':memory:', () => now);
});
afterEach(() => kept[Symbol.asyncDispose]());

const opens = async (plain: string) => (await createKnownKeys(kept.store, () => now).find(digestKey(plain)))?.keyId;
const teamAdmin: Manager = {
  principal: { ...everything, keyId: 'key_admin', team: 'search', scopes: ['inference', 'admin'] },
  requestId: 'req_1',
};

describe('a key that is made', () => {
  it('opens what it names, and is kept as a digest and a prefix', async () => {
    const { key, plain } = await kept.make({
      name: 'ci',
      team: 'search',
      models: ['meta/*'],
      limits: { concurrency: 2 },
    });

    expect(await opens(plain)).toBe(key.id);
    expect(key).toMatchObject({ name: 'ci', team: 'search', scopes: ['inference'], status: 'active', weight: 1 });
    expect(key.secrets).toEqual([{ prefix: plain.slice(0, 10), createdAt: key.createdAt, expiresAt: null }]);
    expect(await kept.keys.get({}, key.id)).toEqual(key);
    const audit = await kept.keys.audit({}, { limit: 10 });
    expect(audit).toMatchObject([{ actor: 'cli', action: 'create', target: key.id, requestId: null }]);
    for (const shown of [key, audit]) expect(JSON.stringify(shown)).not.toContain(plain);
  });

  it('expires at the moment it names, which has to come', async () => {
    const { key, plain } = await kept.make({ expiresAt: '2026-01-01T00:01:00+00:00' });

    now += 59_999;
    expect(await opens(plain)).toBe(key.id);
    now += 1;
    expect(await opens(plain)).toBeUndefined();
    expect((await kept.keys.get({}, key.id)).status).toBe('expired');
    await expect(kept.make({ expiresAt: '2026-01-01T00:01:00Z' })).rejects.toMatchObject({ param: 'expiresAt' });
  });

  it('is made once under a name of the client’s, also when it asks twice at the same time', async () => {
    const wanted = createKeyRequest.parse({ name: 'once' });

    const made = await Promise.all([1, 2, 3].map(() => kept.keys.create(teamless, wanted, 'wish-1')));

    expect(new Set(made.map(({ key }) => key.id)).size).toBe(1);
    expect(made.filter(({ plain }) => plain !== null)).toHaveLength(1);
    expect(await kept.keys.list({}, { limit: 10 })).toHaveLength(1);
    const another = createKeyRequest.parse({ name: 'another' });
    await expect(kept.keys.create(teamless, another, 'wish-1')).rejects.toMatchObject({ code: 'key_conflict' });
    // The same name of somebody else is another wish.
    expect((await kept.keys.create({}, another, 'wish-1')).plain).not.toBeNull();
  });
});

const teamless: Manager = { principal: { ...everything, keyId: 'key_root' }, requestId: 'req_0' };

describe('a key that is changed', () => {
  it('has what is named replaced and keeps the rest', async () => {
    const { key } = await kept.make({ name: 'a', models: ['x'], limits: { concurrency: 1 } });

    const changed = await kept.keys.change({}, key.id, { limits: { requestsPerMinute: 5 }, owner: 'o' });

    expect(changed).toEqual({ ...key, limits: { requestsPerMinute: 5 }, owner: 'o' });
    const [entry] = await kept.keys.audit({}, { limit: 1 });
    expect(entry).toMatchObject({ action: 'change', details: { limits: { requestsPerMinute: 5 }, owner: 'o' } });
  });

  it('opens nothing while it is paused', async () => {
    const { key, plain } = await kept.make();
    await kept.keys.change({}, key.id, { status: 'paused' });
    expect(await opens(plain)).toBeUndefined();
    await kept.keys.change({}, key.id, { status: 'active' });
    expect(await opens(plain)).toBe(key.id);
  });

  it('loses no change when several change it at once', async () => {
    const { key } = await kept.make();
    const changes = [{ name: 'n' }, { owner: 'o' }, { weight: 2 }, { models: ['m'] }];

    await Promise.all(changes.map((change) => kept.keys.change({}, key.id, change)));

    expect(await kept.keys.get({}, key.id)).toMatchObject(Object.assign({}, ...changes) as object);
  });
});

describe('a key that is rotated', () => {
  it('opens with both texts for the overlap and then with the new one', async () => {
    const { key, plain } = await kept.make();
    const { plain: next, key: rotated } = await kept.keys.rotate({}, key.id, 60);

    expect(rotated.secrets).toHaveLength(2);
    expect([await opens(plain), await opens(next)]).toEqual([key.id, key.id]);
    now += 60_000;
    expect([await opens(plain), await opens(next)]).toEqual([undefined, key.id]);
    expect((await kept.keys.get({}, key.id)).secrets).toHaveLength(1);
  });

  it('does not lengthen an overlap that runs', async () => {
    const { key, plain } = await kept.make();
    await kept.keys.rotate({}, key.id, 10);
    await kept.keys.rotate({}, key.id, 1000);
    now += 10_000;
    expect(await opens(plain)).toBeUndefined();
  });
});

describe('a key that is revoked', () => {
  it('opens nothing, for good', async () => {
    const { key, plain } = await kept.make();
    await kept.keys.rotate({}, key.id, 60);

    expect(await kept.keys.revoke({}, key.id)).toMatchObject({ status: 'revoked', secrets: [] });
    expect(await kept.keys.revoke({}, key.id)).toMatchObject({ status: 'revoked' });

    expect(await opens(plain)).toBeUndefined();
    await expect(kept.keys.rotate({}, key.id, 0)).rejects.toMatchObject({ code: 'key_conflict' });
    await expect(kept.keys.change({}, key.id, { status: 'active' })).rejects.toMatchObject({ code: 'key_conflict' });
    const actions = (await kept.keys.audit({}, { target: key.id, limit: 10 })).map(({ action }) => action);
    expect(actions).toEqual(['revoke', 'rotate', 'create']);
  });

  it('is every one when they are reset', async () => {
    const before = [await kept.make(), await kept.make()];
    const { key, plain } = await kept.keys.reset();

    expect(await opens(plain)).toBe(key.id);
    expect(key.scopes).toEqual(['inference', 'metrics', 'admin']);
    expect(await Promise.all(before.map((each) => opens(each.plain)))).toEqual([undefined, undefined]);
  });
});

describe('whoever belongs to a team', () => {
  it('sees and touches the keys of that team only', async () => {
    const mine = await kept.make({ team: 'search' });
    const others = [await kept.make({ team: 'ads' }), await kept.make()];

    for (const team of [undefined, 'search']) {
      const seen = await kept.keys.list(teamAdmin, { limit: 10, team });
      expect(seen.map(({ id }) => id)).toEqual([mine.key.id]);
    }
    expect(await kept.keys.list(teamAdmin, { limit: 10, team: 'ads' })).toEqual([]);
    for (const { key } of others) {
      const tries = [
        () => kept.keys.get(teamAdmin, key.id),
        () => kept.keys.change(teamAdmin, key.id, { team: 'search' }),
        () => kept.keys.rotate(teamAdmin, key.id, 0),
        () => kept.keys.revoke(teamAdmin, key.id),
      ];
      // The same as for a key that never was.
      for (const attempt of tries)
        await expect(attempt()).rejects.toMatchObject({ code: 'key_not_found', status: 404 });
    }
    const audit = await kept.keys.audit(teamAdmin, { limit: 10 });
    expect(audit.map(({ target }) => target)).toEqual([mine.key.id]);
  });

  it('cannot renew a key that may do more, which would hand over its text', async () => {
    const strong = await kept.make({ team: 'search', scopes: ['inference', 'metrics', 'admin'] });

    for (const attempt of [
      () => kept.keys.rotate(teamAdmin, strong.key.id, 0),
      () => kept.keys.change(teamAdmin, strong.key.id, { scopes: ['inference'] }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'grant_not_allowed', param: 'scopes' });
    expect(await opens(strong.plain)).toBe(strong.key.id);
  });
});

describe('the list', () => {
  it('goes through all keys page by page, in the order they were made', async () => {
    const ids: string[] = [];
    for (let at = 0; at < 7; at += 1) {
      now += at % 2;
      ids.push((await kept.make()).key.id);
    }
    const seen: string[] = [];
    for (let after: string | undefined; ;) {
      const page = await kept.keys.list({}, { limit: 3, after });
      seen.push(...page.map(({ id }) => id));
      after = page.at(-1)?.id;
      if (page.length < 3) break;
    }
    expect(seen.toSorted()).toEqual(ids.toSorted());
    expect(new Set(seen).size).toBe(7);
  });

  it('does not end at a key that is not there, or is none of the team', async () => {
    const { key } = await kept.make({ team: 'ads' });

    for (const attempt of [
      () => kept.keys.list({}, { limit: 3, after: 'key_none' }),
      () => kept.keys.list(teamAdmin, { limit: 3, after: key.id }),
    ])
      await expect(attempt()).rejects.toMatchObject({ code: 'key_not_found' });
  });
});
