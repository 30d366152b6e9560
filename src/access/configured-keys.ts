import type { ConfiguredKey } from '../api/internal/configured-key.ts';
import { anonymous } from './anonymous.ts';
import { digestKey } from './api-key.ts';
import type { Principal } from './principal.ts';

/** Who the keys of the configuration stand for, by the digest of their text. */
export function configuredKeys(keys: readonly ConfiguredKey[]): ReadonlyMap<string, Principal> {
  return new Map(
    keys.map((given, index) => {
      if (typeof given === 'string') return [digestKey(given), { ...anonymous, keyId: `config_${index + 1}` }];
      const { key, id = String(index + 1), expiresAt, ...settings } = given;
      const until = expiresAt === null ? null : Date.parse(expiresAt);
      return [digestKey(key), { ...settings, keyId: `config_${id}`, expiresAt: until }];
    }),
  );
}
