import type { Selectable } from 'kysely';
import { z } from 'zod';
import { keySettings } from '../api/key.ts';
import type { KeyRecord, KeySettings } from './key-record.ts';
import type { KeyTables } from './key-tables.ts';

const { team: _team, expiresAt: _expiresAt, ...inJson } = keySettings;
const settingsJson = z.strictObject(inJson);
const status = z.enum(['active', 'paused', 'revoked']);

/** The row as a key; none, told to `onBadRow`, where it cannot be read: nothing is guessed of what a key may do. */
export function readKey(
  row: Selectable<KeyTables['keys']>,
  secrets: readonly Selectable<KeyTables['key_secrets']>[],
  onBadRow: (keyId: string, cause: unknown) => void,
): [KeyRecord] | [] {
  try {
    return [
      {
        id: row.id,
        status: status.parse(row.status),
        createdAt: row.created_at,
        expiresAt: row.expires_at,
        revision: row.revision,
        team: row.team,
        ...settingsJson.parse(JSON.parse(row.settings)),
        secrets: secrets.map(({ prefix, created_at: createdAt, expires_at: expiresAt }) => ({
          prefix,
          createdAt,
          expiresAt,
        })),
      },
    ];
  } catch (cause) {
    onBadRow(row.id, cause);
    return [];
  }
}

/** The columns that hold settings. */
export function settingsColumn({
  team,
  expiresAt,
  ...rest
}: KeySettings): Pick<Selectable<KeyTables['keys']>, 'team' | 'expires_at' | 'settings'> {
  return { team, expires_at: expiresAt, settings: JSON.stringify(rest) };
}
