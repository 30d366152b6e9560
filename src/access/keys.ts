import { createHash, randomBytes } from 'node:crypto';
import type { AuditEntry, ChangeKeyRequest, CreateKeyRequest, Key } from '../api/key.ts';
import { ManifoldError } from '../errors.ts';
import { digestKey, generateKey, prefixOf } from './api-key.ts';
import { refuseBeyond } from './grant.ts';
import { shown, type KeyRecord, type KeySettings } from './key-record.ts';
import { changedSettings, everything, settingsOf } from './key-settings.ts';
import type { Act, KeyChange, KeyStore, NewKey } from './key-store.ts';
import type { Principal } from './principal.ts';

/** Who manages keys. Without a principal it is whoever owns the state directory, and nothing is beyond them. */
export interface Manager {
  readonly principal?: Principal | undefined;
  readonly requestId?: string | undefined;
}

/** A key and its text, which is kept nowhere: this is the one chance to show it. */
export interface MadeKey {
  readonly key: Key;
  readonly plain: string;
}

/**
 * Keys made, changed and looked at. Whoever belongs to a team sees and touches the keys of that team, and nobody makes,
 * changes or renews a key that may do more than their own. Everything that is done is audited in the same step.
 */
export interface Keys {
  /** `name`: the client's own for this wish; under it a key is made once, and its text is not told again. */
  create(
    by: Manager,
    wanted: CreateKeyRequest,
    name?: string,
  ): Promise<MadeKey | { readonly key: Key; readonly plain: null }>;
  /** `after`: from the key on that was made after this one, which is there. */
  list(
    by: Manager,
    query: { readonly team?: string | undefined; readonly after?: string | undefined; readonly limit: number },
  ): Promise<readonly Key[]>;
  get(by: Manager, id: string): Promise<Key>;
  change(by: Manager, id: string, changes: ChangeKeyRequest): Promise<Key>;
  /** A new text for the key; what opened it before does so for that long still. */
  rotate(by: Manager, id: string, overlapSeconds: number): Promise<MadeKey>;
  /** Final. Revoking what is revoked changes nothing. */
  revoke(by: Manager, id: string): Promise<Key>;
  /** Revokes every key and makes one that may do everything. */
  reset(): Promise<MadeKey>;
  /** Puts into the audit log that something was asked for that is no matter of keys. */
  note(by: Manager, act: Pick<Act, 'action' | 'details'> & { readonly target: string }): Promise<void>;
  audit(
    by: Manager,
    query: { readonly target?: string | undefined; readonly before?: number | undefined; readonly limit: number },
  ): Promise<readonly AuditEntry[]>;
}

interface Parts {
  readonly store: KeyStore;
  readonly now: () => number;
  /** Told after each change; what it does is done before the change is reported. */
  readonly onChange?: () => Promise<void>;
}

const mostAttempts = 5;

export function createKeys({ store, now, onChange = async () => undefined }: Parts): Keys {
  const find = async ({ principal }: Manager, id: string): Promise<KeyRecord> => {
    const record = await store.get(id);
    const isForeign = principal && principal.team !== null && record?.team !== principal.team;
    if (!record || isForeign) throw unknownKey(id);
    return record;
  };

  /** Reads, decides and writes; anew when somebody else wrote between. */
  const edit = async (
    by: Manager,
    id: string,
    decide: (
      record: KeyRecord,
    ) => { readonly change: KeyChange; readonly act: Pick<Act, 'action' | 'details'> } | undefined,
  ): Promise<Key> => {
    for (let attempt = 0; attempt < mostAttempts; attempt += 1) {
      // oxlint-disable-next-line no-await-in-loop -- each attempt starts from what the one before did not know
      const record = await find(by, id);
      if (by.principal) refuseBeyond(by.principal, record);
      const decided = decide(record);
      if (!decided) return shown(record, now());
      const act = { ...decided.act, ...signature(by) };
      // oxlint-disable-next-line no-await-in-loop -- as above
      if (await store.change(id, record.revision, decided.change, act)) {
        // oxlint-disable-next-line no-await-in-loop -- the last one
        await onChange();
        // oxlint-disable-next-line no-await-in-loop -- the last one
        return shown(await find({}, id), now());
      }
    }
    throw new ManifoldError('key_conflict', `The key \`${id}\` is being changed by others. Try again.`);
  };

  return {
    async create(by, wanted, name) {
      const settings = settingsOf(wanted, now());
      if (by.principal) refuseBeyond(by.principal, settings);
      const { plain, ...key } = newKey(settings);
      const creation =
        name === undefined ? undefined : { ...signature(by), name: digestKey(name), body: digestOf(wanted) };
      const act: Act = { action: 'create', details: { ...wanted }, ...signature(by) };
      if (await store.add(key, act, creation)) {
        await onChange();
        return { key: shown(await find({}, key.id), now()), plain };
      }
      const earlier = creation && (await store.findCreation(creation));
      if (!earlier || earlier.body !== creation.body) {
        throw new ManifoldError(
          'key_conflict',
          'This `Idempotency-Key` was used for another key. Send one of its own with each new wish.',
        );
      }
      return { key: shown(await find({}, earlier.keyId), now()), plain: null };
    },
    async list(by, query) {
      if (query.after !== undefined) await find(by, query.after);
      const own = by.principal?.team ?? undefined;
      const { team = own } = query;
      // Keys of another team are as if they did not exist.
      if (own !== undefined && team !== own) return [];
      return (await store.list({ ...query, team })).map((record) => shown(record, now()));
    },
    get: async (by, id) => shown(await find(by, id), now()),
    change: (by, id, { status, ...changes }) =>
      edit(by, id, (record) => {
        refuseRevoked(record);
        const settings = changedSettings(record, changes, now());
        if (by.principal) refuseBeyond(by.principal, settings);
        const details = { ...changes, ...(status && { status }) };
        return { change: { settings, ...(status && { status }) }, act: { action: 'change', details } };
      }),
    async rotate(by, id, overlapSeconds) {
      const plain = generateKey();
      const key = await edit(by, id, (record) => {
        refuseRevoked(record);
        const rotation = { secret: secretOf(plain), endOthersAt: now() + overlapSeconds * 1000 };
        return { change: { rotation }, act: { action: 'rotate', details: { overlapSeconds } } };
      });
      return { key, plain };
    },
    revoke: (by, id) =>
      edit(by, id, ({ status }) =>
        status === 'revoked' ? undefined : { change: { status: 'revoked' }, act: { action: 'revoke', details: {} } },
      ),
    async reset() {
      const { plain, ...key } = newKey(everything);
      await store.replaceAll(key, { action: 'reset', details: {}, ...signature({}) });
      await onChange();
      return { key: shown(await find({}, key.id), now()), plain };
    },
    note: (by, act) => store.note({ ...act, ...signature(by), team: by.principal?.team ?? null }),
    audit: (by, query) => store.audit({ ...query, team: by.principal?.team ?? undefined }),
  };
}

function signature({ principal, requestId }: Manager): Pick<Act, 'actor' | 'requestId'> {
  return { actor: principal?.keyId ?? 'cli', requestId: requestId ?? null };
}

function newKey(settings: KeySettings): NewKey & { readonly plain: string } {
  const plain = generateKey();
  return { id: `key_${randomBytes(6).toString('hex')}`, settings, secret: secretOf(plain), plain };
}

function secretOf(plain: string): NewKey['secret'] {
  return { digest: digestKey(plain), prefix: prefixOf(plain) };
}

function refuseRevoked({ id, status }: KeyRecord): void {
  if (status === 'revoked') throw new ManifoldError('key_conflict', `The key \`${id}\` is revoked, which is final.`);
}

function unknownKey(id: string): ManifoldError {
  return new ManifoldError(
    'key_not_found',
    `There is no key \`${id.slice(0, 64)}\`. List them to see those there are.`,
  );
}

function digestOf(wanted: CreateKeyRequest): string {
  // The schema has put the fields into one order.
  return createHash('sha256').update(JSON.stringify(wanted)).digest('hex');
}
