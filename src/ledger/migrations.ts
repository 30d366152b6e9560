import { sql } from 'kysely';
import type { Migration } from '../store/migrate.ts';
import { rollUp } from './roll-up.ts';

const rollupColumns = sql`
  start integer not null,
  key_id text not null,
  team text not null,
  model text not null,
  requests integer not null,
  errors integer not null,
  estimated integer not null,
  prompt_tokens integer not null,
  cached_tokens integer not null,
  completion_tokens integer not null,
  reasoning_tokens integer not null,
  cost_nanos integer not null,
  primary key (start, key_id, team, model)`;

const makeRecords: Migration = async (db) => {
  await sql`create table usage_records (
    seq integer primary key autoincrement,
    id text not null unique,
    at integer not null,
    key_id text not null,
    team text,
    model text not null,
    engine text,
    endpoint text not null,
    status integer not null,
    prompt_tokens integer not null,
    cached_tokens integer not null,
    completion_tokens integer not null,
    reasoning_tokens integer not null,
    cost_nanos integer not null,
    ttft_ms real,
    duration_ms real not null,
    finish_reason text,
    error_code text,
    is_measured integer not null
  ) strict`.execute(db);
  await sql`create index usage_records_at on usage_records (at)`.execute(db);
};

/** Sums by hour and day, and how far they go: the last record that is in them. */
const makeRollups: Migration = async (db) => {
  await sql`create table usage_hourly (${rollupColumns}) strict, without rowid`.execute(db);
  await sql`create table usage_daily (${rollupColumns}) strict, without rowid`.execute(db);
  await sql`create table usage_rolled_up (last_seq integer not null) strict`.execute(db);
  await sql`insert into usage_rolled_up (last_seq) values (0)`.execute(db);
  for (const query of rollUp) await query.execute(db);
};

/** Requests that were admitted and have no record yet. */
const makeOpen: Migration = async (db) => {
  await sql`create table usage_open (
    id text primary key not null,
    at integer not null,
    key_id text not null,
    team text,
    model text not null,
    engine text,
    endpoint text not null,
    most_prompt_tokens integer not null,
    most_completion_tokens integer not null,
    most_cost_nanos integer not null,
    seen_at integer,
    prompt_tokens integer,
    cached_tokens integer,
    completion_tokens integer,
    reasoning_tokens integer,
    cost_nanos integer
  ) strict, without rowid`.execute(db);
};

/** The n-th makes version n of the ledger's tables. */
export const migrations: readonly Migration[] = [makeRecords, makeRollups, makeOpen];
