/** A key as it is kept: never its plain text. */
export interface StoredKey {
  /** Names the key in logs; says nothing about the secret. */
  readonly id: string;
  /** SHA-256 of the plain text, in hex. */
  readonly digest: string;
  readonly createdAt: string;
}

/** Where keys live. */
export interface KeyStore {
  list(): Promise<readonly StoredKey[]>;
  /** Replaces all keys at once: a reader sees the old set or the new one. */
  replace(keys: readonly StoredKey[]): Promise<void>;
}
