import type { Key } from '../api/key.ts';
import type { Principal } from './principal.ts';

/** What a key may do and whose it is. Times are Unix milliseconds. */
export interface KeySettings extends Omit<Principal, 'keyId'> {
  readonly expiresAt: number | null;
}

/** What is kept of one text that opens a key: enough to recognise it, not to use it. */
export interface KeySecret {
  /** Its first characters. */
  readonly prefix: string;
  readonly createdAt: number;
  /** Null: as long as the key. */
  readonly expiresAt: number | null;
}

/** A key as it is kept: never its text. */
export interface KeyRecord extends KeySettings {
  /** Names the key in logs and records; says nothing about the secret. */
  readonly id: string;
  readonly status: 'active' | 'paused' | 'revoked';
  readonly createdAt: number;
  /** Grows with every change of any key. */
  readonly revision: number;
  readonly secrets: readonly KeySecret[];
}

/** Who holds the key. */
export function principalOf({
  id,
  status: _s,
  createdAt: _c,
  revision: _r,
  secrets: _t,
  ...settings
}: KeyRecord): Principal {
  return { keyId: id, ...settings };
}

/** The key in the words of the API. */
export function shown(record: KeyRecord, now: number): Key {
  const { id, status, createdAt, revision: _, secrets, expiresAt, ...settings } = record;
  return {
    object: 'key',
    id,
    status: status === 'active' && isOver(expiresAt, now) ? 'expired' : status,
    createdAt: dateOf(createdAt),
    expiresAt: expiresAt === null ? null : dateOf(expiresAt),
    secrets: secrets
      .filter((secret) => status !== 'revoked' && !isOver(secret.expiresAt, now))
      .map(({ prefix, ...times }) => ({
        prefix,
        createdAt: dateOf(times.createdAt),
        expiresAt: times.expiresAt === null ? null : dateOf(times.expiresAt),
      })),
    ...settings,
    labels: { ...settings.labels },
    scopes: [...settings.scopes],
    models: settings.models && [...settings.models],
    endpoints: settings.endpoints && [...settings.endpoints],
  };
}

export function isOver(expiresAt: number | null | undefined, now: number): boolean {
  return typeof expiresAt === 'number' && expiresAt <= now;
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString();
}
