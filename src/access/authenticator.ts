import { timingSafeEqual } from 'node:crypto';
import { ManifoldError } from '../errors.ts';
import { anonymous } from './anonymous.ts';
import { digestKey, isGeneratedKey } from './api-key.ts';
import type { KeyStore } from './key-store.ts';
import { scopes, type Principal } from './principal.ts';

const credentials = /^bearer +(?<token>[\x21-\x7e]{1,512}) *$/i;

/** Tells who a request's key stands for, or throws `missing_api_key` or `invalid_api_key`. */
export interface Authenticator {
  authenticate(authorization: string | undefined): Promise<Principal>;
}

/** Accepts the keys of the store, and plain keys from the configuration, which may have any form. */
export function createAuthenticator(store: KeyStore, plainKeys: readonly string[]): Authenticator {
  const configured = new Map(plainKeys.map((plain, index) => [digestKey(plain), `config_${index + 1}`]));
  return {
    async authenticate(authorization) {
      if (authorization === undefined || authorization.trim() === '') {
        throw new ManifoldError('missing_api_key', 'No API key was sent. Send `Authorization: Bearer <key>`.');
      }
      const token = credentials.exec(authorization)?.groups?.['token'];
      if (token === undefined) throw invalidKey();
      const digest = digestKey(token);
      const configuredId = configured.get(digest);
      if (configuredId !== undefined) return unlimited(configuredId);
      // Guesses and typing errors end here, before any file is touched.
      if (!isGeneratedKey(token)) throw invalidKey();
      const match = (await store.list()).find((key) => sameDigest(key.digest, digest));
      if (!match) throw invalidKey();
      return unlimited(match.id);
    },
  };
}

function unlimited(keyId: string): Principal {
  return { ...anonymous, keyId, scopes };
}

function sameDigest(stored: string, given: string): boolean {
  return timingSafeEqual(Buffer.from(stored, 'hex'), Buffer.from(given, 'hex'));
}

function invalidKey(): ManifoldError {
  return new ManifoldError('invalid_api_key', 'The API key is not valid. `manifold keys reset` makes a new one.');
}
