import { randomBytes } from 'node:crypto';
import { digestKey, prefixOf } from '../../src/access/api-key.ts';
import type { KeyTables } from '../../src/access/key-tables.ts';
import type { Store } from '../../src/store/store.ts';

/** Rows as creating keys leaves them; the texts of all but the first are nobody's. */
export async function fillKeys(database: Store, count: number, plain: readonly string[]): Promise<void> {
  const db = database.db<KeyTables>();
  const settings = JSON.stringify({
    name: 'bench',
    owner: null,
    labels: {},
    scopes: ['inference'],
    models: ['meta/*'],
    endpoints: null,
    limits: { requestsPerMinute: 1e9 },
    weight: 1,
  });
  const inBatch = 2000;
  for (let start = 0; start < count; start += inBatch) {
    const places = Array.from({ length: Math.min(inBatch, count - start) }, (_, at) => start + at);
    await database.batch([
      db
        .insertInto('keys')
        .values(
          places.map((at) => ({
            id: `key_${at}`,
            team: null,
            status: 'active',
            created_at: at,
            expires_at: null,
            revision: at + 1,
            settings,
          })),
        )
        .compile(),
      db
        .insertInto('key_secrets')
        .values(
          places.map((at) => {
            const text = plain[at];
            const digest = text === undefined ? randomBytes(32).toString('hex') : digestKey(text);
            return {
              digest,
              key_id: `key_${at}`,
              prefix: prefixOf(text ?? 'nvapi-none'),
              created_at: at,
              expires_at: null,
            };
          }),
        )
        .compile(),
    ]);
  }
}
