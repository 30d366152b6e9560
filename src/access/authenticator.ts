import { ManifoldError } from '../errors.ts';
import { digestKey, isGeneratedKey } from './api-key.ts';
import { isOver } from './key-record.ts';
import type { KnownKeys } from './known-keys.ts';
import type { Principal } from './principal.ts';

const credentials = /^bearer +(?<token>[\x21-\x7e]{1,512}) *$/i;

/** Tells who a request's key stands for, or throws `missing_api_key` or `invalid_api_key`. */
export interface Authenticator {
  authenticate(authorization: string | undefined): Promise<Principal>;
}

interface Parts {
  /** Keys of the store; absent where there is none. */
  readonly known?: Pick<KnownKeys, 'find'> | undefined;
  /** Keys of the configuration as it is now, by digest. Their text may have any form. */
  readonly configured: () => ReadonlyMap<string, Principal>;
  readonly now: () => number;
}

/** Accepts the keys of the configuration and those of the store. */
export function createAuthenticator({ known, configured, now }: Parts): Authenticator {
  return {
    async authenticate(authorization) {
      if (authorization === undefined || authorization.trim() === '') {
        throw new ManifoldError('missing_api_key', 'No API key was sent. Send `Authorization: Bearer <key>`.');
      }
      const token = credentials.exec(authorization)?.groups?.['token'];
      if (token === undefined) throw invalidKey();
      // From here on only the digest goes anywhere.
      const digest = digestKey(token);
      const own = configured().get(digest);
      if (own && !isOver(own.expiresAt, now())) return own;
      // Guesses and typing errors end here, before any store is asked.
      if (!isGeneratedKey(token)) throw invalidKey();
      const principal = await known?.find(digest);
      if (!principal) throw invalidKey();
      return principal;
    },
  };
}

/** The same for a key that never was, was revoked or has expired. */
function invalidKey(): ManifoldError {
  return new ManifoldError('invalid_api_key', 'The API key is not valid. `manifold keys create` makes a new one.');
}
