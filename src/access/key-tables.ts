import { type Generated, sql } from 'kysely';
import type { Migration } from '../store/migrate.ts';

/** The tables of access as Kysely knows them. Times are Unix milliseconds. */
export interface KeyTables {
  keys: {
    id: string;
    team: string | null;
    status: string;
    created_at: number;
    expires_at: number | null;
    /** Of the change that made the row what it is; grows over all keys. */
    revision: number;
    /** The rest of the settings, as JSON. */
    settings: string;
  };
  key_secrets: {
    /** SHA-256 of the text, in hex. */
    digest: string;
    key_id: string;
    prefix: string;
    created_at: number;
    expires_at: number | null;
  };
  /** Keys made under names of the clients' own. */
  key_creations: { actor: string; name: string; body: string; key_id: string };
  audit: {
    id: Generated<number>;
    at: number;
    actor: string;
    action: string;
    target: string;
    /** The target's, so that a team sees what was done to its keys. */
    team: string | null;
    details: string;
    request_id: string | null;
  };
}

/** Each step was released as it stands and never changes; what is new is a further step. */
export const keyMigrations: readonly Migration[] = [
  async (db) => {
    await sql`create table keys (
      id text primary key not null,
      team text,
      status text not null,
      created_at integer not null,
      expires_at integer,
      revision integer not null,
      settings text not null
    ) strict, without rowid`.execute(db);
    await sql`create index keys_by_revision on keys (revision)`.execute(db);
    await sql`create index keys_by_creation on keys (created_at, id)`.execute(db);
    await sql`create index keys_by_team on keys (team, created_at, id)`.execute(db);
    await sql`create table key_secrets (
      digest text primary key not null,
      key_id text not null references keys (id),
      prefix text not null,
      created_at integer not null,
      expires_at integer
    ) strict, without rowid`.execute(db);
    await sql`create index key_secrets_by_key on key_secrets (key_id, created_at)`.execute(db);
    await sql`create table key_creations (
      actor text not null,
      name text not null,
      body text not null,
      key_id text not null references keys (id),
      primary key (actor, name)
    ) strict, without rowid`.execute(db);
    await sql`create table audit (
      id integer primary key autoincrement,
      at integer not null,
      actor text not null,
      action text not null,
      target text not null,
      team text,
      details text not null,
      request_id text
    ) strict`.execute(db);
    await sql`create index audit_by_target on audit (target, id)`.execute(db);
    await sql`create index audit_by_team on audit (team, id)`.execute(db);
  },
];
