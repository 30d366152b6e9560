import type { AuditEntry } from '../api/key.ts';
import type { KeyRecord, KeySettings } from './key-record.ts';

/** A text that opens a key, as it is kept. */
export interface NewSecret {
  /** SHA-256 of the text, in hex. */
  readonly digest: string;
  readonly prefix: string;
}

export interface NewKey {
  readonly id: string;
  readonly settings: KeySettings;
  readonly secret: NewSecret;
}

/** What was done, for the audit log. It is written in the same step as what it tells of. */
export type Act = Pick<AuditEntry, 'actor' | 'action' | 'details' | 'requestId'>;

/** A key that was asked for under a name of the client's own, so that asking twice makes one. */
export interface Creation {
  readonly actor: string;
  /** Digest of the client's `Idempotency-Key`. */
  readonly name: string;
  /** Digest of what was asked for under it. */
  readonly body: string;
}

export interface KeyChange {
  readonly settings?: KeySettings;
  readonly status?: KeyRecord['status'];
  /** A further text; those before it end then, in Unix milliseconds. */
  readonly rotation?: { readonly secret: NewSecret; readonly endOthersAt: number };
}

/** Where keys and what was done to them live. A row that cannot be read is as if it were not there, and is logged. */
export interface KeyStore {
  /**
   * The key, without its secrets, that a text of this digest opens now, and until when it does: null for as long as the
   * key. A text that is unknown, revoked, paused or expired is not found, in the same time.
   */
  findUsable(digest: string): Promise<{ readonly key: KeyRecord; readonly secretExpiresAt: number | null } | undefined>;
  get(id: string): Promise<KeyRecord | undefined>;
  /** In the order they were made, of one team or all, after the one of that id. */
  list(query: {
    readonly team?: string | undefined;
    readonly after?: string | undefined;
    readonly limit: number;
  }): Promise<readonly KeyRecord[]>;
  /** Whether any key opens something now. */
  hasUsable(): Promise<boolean>;
  /** The keys that changed after this revision, oldest change first. */
  changedSince(revision: number): Promise<readonly Pick<KeyRecord, 'id' | 'status' | 'revision'>[]>;
  /** Zero when there never was a key. */
  lastRevision(): Promise<number>;
  findCreation(
    creation: Pick<Creation, 'actor' | 'name'>,
  ): Promise<{ readonly keyId: string; readonly body: string } | undefined>;
  /** False, and nothing is written, when the creation is there already. */
  add(key: NewKey, act: Act, creation?: Creation): Promise<boolean>;
  /** False, and nothing is written, when the key is no longer of that revision. */
  change(id: string, revision: number, change: KeyChange, act: Act): Promise<boolean>;
  /** Revokes every key and adds one, in one step. */
  replaceAll(key: NewKey, act: Act): Promise<void>;
  /** Writes down what was done to something other than a key. */
  note(act: Act & { readonly target: string; readonly team: string | null }): Promise<void>;
  /** Newest first, of one team or all. */
  audit(query: {
    readonly team?: string | undefined;
    readonly target?: string | undefined;
    readonly before?: number | undefined;
    readonly limit: number;
  }): Promise<readonly AuditEntry[]>;
}
