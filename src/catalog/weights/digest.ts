import { createHash } from 'node:crypto';

/** What a file has to hash to: SHA-256 of its bytes, or git's name of a blob (SHA-1 with a header). */
export interface Digest {
  readonly algorithm: 'sha256' | 'git';
  /** Lower case. */
  readonly hex: string;
}

/** Hashes bytes as they come. */
export interface Digester {
  update(bytes: Uint8Array): void;
  /** Ends the hashing. */
  finish(): { readonly sha256: string; readonly found: Digest | undefined };
}

/** `found` of the result is of the algorithm of `expected`, undefined where nothing is expected. `bytes` is the whole length. */
export function createDigester(expected: Digest | undefined, bytes: number | undefined): Digester {
  const sha256 = createHash('sha256');
  const git = expected?.algorithm === 'git' ? createHash('sha1').update(`blob ${bytes ?? 0}\0`) : undefined;
  return {
    update(chunk) {
      sha256.update(chunk);
      git?.update(chunk);
    },
    finish() {
      const hex = sha256.digest('hex');
      if (expected === undefined) return { sha256: hex, found: undefined };
      return { sha256: hex, found: { algorithm: expected.algorithm, hex: git?.digest('hex') ?? hex } };
    },
  };
}
