import type { ConfiguredKey } from '../api/internal/configured-key.ts';
import { anonymous } from './anonymous.ts';
import { digestKey } from './api-key.ts';
import type { Principal } from './principal.ts';

/** Tells who the keys of a configuration stand for, also while one configuration follows another. */
export interface ConfiguredKeys {
  /** Who the keys stand for, by the digest of their text. */
  read(keys: readonly ConfiguredKey[]): ReadonlyMap<string, Principal>;
  /** Whether somebody's key was of a configuration, whichever it was, and is not in this one. */
  isGone(principal: Principal, now: ReadonlyMap<string, Principal>): boolean;
}

export function createConfiguredKeys(): ConfiguredKeys {
  /** Of all that ever stood for a key: an answer that runs has the one that it began with. */
  const digests = new WeakMap<Principal, string>();
  return {
    read: (keys) =>
      new Map(
        keys.map((given, index) => {
          const [text, principal] = readKey(given, index);
          const digest = digestKey(text);
          digests.set(principal, digest);
          return [digest, principal];
        }),
      ),
    isGone(principal, now) {
      const digest = digests.get(principal);
      return digest !== undefined && !now.has(digest);
    },
  };
}

function readKey(given: ConfiguredKey, index: number): readonly [text: string, principal: Principal] {
  if (typeof given === 'string') return [given, { ...anonymous, keyId: `config_${index + 1}` }];
  const { key, id = String(index + 1), expiresAt, ...settings } = given;
  const until = expiresAt === null ? null : Date.parse(expiresAt);
  return [key, { ...settings, keyId: `config_${id}`, expiresAt: until }];
}
