import type { ChangeKeyRequest, CreateKeyRequest } from '../api/key.ts';
import { invalidValue } from '../errors.ts';
import { isOver, type KeyRecord, type KeySettings } from './key-record.ts';

/** All that a key can do. */
export const everything: KeySettings = {
  name: null,
  owner: null,
  team: null,
  labels: {},
  scopes: ['inference', 'metrics', 'admin'],
  models: null,
  endpoints: null,
  limits: {},
  weight: 1,
  expiresAt: null,
};

/** What is asked for, as it is kept. Throws `invalid_value` for an end that has passed. */
export function settingsOf({ expiresAt, ...wanted }: CreateKeyRequest, now: number): KeySettings {
  return { ...wanted, expiresAt: expiryOf(expiresAt, now) };
}

/** A key's settings with those in place of its own that are named. */
export function changedSettings(
  record: KeyRecord,
  { expiresAt, ...changes }: Omit<ChangeKeyRequest, 'status'>,
  now: number,
): KeySettings {
  const { id: _i, status: _s, createdAt: _c, revision: _r, secrets: _t, ...settings } = record;
  const given = Object.fromEntries(Object.entries(changes).filter(([, value]) => value !== undefined));
  return { ...settings, ...given, ...(expiresAt !== undefined && { expiresAt: expiryOf(expiresAt, now) }) };
}

function expiryOf(expiresAt: string | null, now: number): number | null {
  const at = expiresAt === null ? null : Date.parse(expiresAt);
  if (!isOver(at, now)) return at;
  throw invalidValue('expiresAt', 'this moment has passed. Name one to come, or null.');
}
