import type { ConfiguredKey } from '../api/internal/configured-key.ts';
import { anonymous } from './anonymous.ts';
import { digestKey } from './api-key.ts';
import type { Principal } from './principal.ts';

/** Those that ever stood for a key of a configuration; an answer that runs has the one that it began with. */
const digests = new WeakMap<Principal, string>();

/** Who the keys of the configuration stand for, by the digest of their text. */
export function configuredKeys(keys: readonly ConfiguredKey[]): ReadonlyMap<string, Principal> {
  return new Map(
    keys.map((given, index) => {
      const [text, principal] = readKey(given, index);
      const digest = digestKey(text);
      digests.set(principal, digest);
      return [digest, principal];
    }),
  );
}

/** Whether somebody's key was of a configuration, whichever it was, and is not in this one. */
export function isGone(principal: Principal, now: ReadonlyMap<string, Principal>): boolean {
  const digest = digests.get(principal);
  return digest !== undefined && !now.has(digest);
}

function readKey(given: ConfiguredKey, index: number): readonly [text: string, principal: Principal] {
  if (typeof given === 'string') return [given, { ...anonymous, keyId: `config_${index + 1}` }];
  const { key, id = String(index + 1), expiresAt, ...settings } = given;
  const until = expiresAt === null ? null : Date.parse(expiresAt);
  return [key, { ...settings, keyId: `config_${id}`, expiresAt: until }];
}
