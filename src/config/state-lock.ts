import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { ManifoldError } from '../errors.ts';
import { once } from '../lib/once.ts';
import { processStart } from '../lib/process-start.ts';
import { holdFile, isFileHeld } from './held-file.ts';

const lockHolder = z.object({
  pid: z.int().positive(),
  /** Clock ticks since boot; tells a process from others with the same pid, later or in another container. */
  processStart: z.number().optional(),
  startedAt: z.string(),
  url: z.string(),
  /** Where it is managed, if that is an address of its own. */
  adminUrl: z.string().optional(),
  /** What came of the last reload; there from the moment on that the holder takes reloads. */
  reload: z
    .object({
      count: z.int(),
      /** Why the configuration was not taken; null when it was. */
      problem: z.string().nullable(),
      /** What of it waits for the next start, dotted. */
      waiting: z.array(z.string()),
    })
    .optional(),
});
export type LockHolder = z.infer<typeof lockHolder>;

export interface StateLock {
  /** Says where the holder listens, once it is known. Like the next one it throws where nothing can be written. */
  announce(url: string, adminUrl?: string): void;
  /** Says what came of a reload, for whoever asked for it. */
  tellReload(outcome: Omit<NonNullable<LockHolder['reload']>, 'count'>): void;
  /** Gives the directory back. Idempotent. */
  release(): void;
}

/** Says who the holder is. */
const lockFile = (stateDir: string) => join(stateDir, 'lock');
/** Says that there is one: the kernel knows, also where the holder's number means nothing here. */
const heldFile = (stateDir: string) => join(stateDir, 'lock.held');

/** Makes this process the only server of the directory, or throws naming the one that is, or what keeps it from being one. */
export function lockStateDir(stateDir: string, url: string): StateLock {
  const path = lockFile(stateDir);
  const letGo = holdFile(heldFile(stateDir));
  if (letGo === undefined) throw held(stateDir, read(path));
  const release = once(() => {
    process.off('exit', release);
    rmSync(path, { force: true });
    letGo();
  });
  process.on('exit', release);
  // Whatever says of another holder is left of one that died: nobody but the holder writes it.
  let now: LockHolder = {
    pid: process.pid,
    processStart: processStart(process.pid),
    startedAt: new Date().toISOString(),
    url,
  };
  const tell = (news: Partial<LockHolder>) => {
    now = { ...now, ...news };
    write(path, now);
  };
  try {
    tell({});
  } catch (failure) {
    release();
    throw failure;
  }
  return {
    announce: (address, adminUrl) => tell({ url: address, adminUrl, reload: { count: 0, problem: null, waiting: [] } }),
    tellReload: (outcome) => tell({ reload: { ...outcome, count: (now.reload?.count ?? 0) + 1 } }),
    release,
  };
}

/** The living server of a state directory; undefined when it is free or its server died. */
export function stateDirHolder(stateDir: string): LockHolder | undefined {
  const holder = read(lockFile(stateDir));
  return holder !== undefined && isFileHeld(heldFile(stateDir)) ? holder : undefined;
}

function held(stateDir: string, holder: LockHolder | undefined): ManifoldError {
  const who = holder === undefined ? '' : ` (pid ${holder.pid}, ${holder.url}, since ${holder.startedAt})`;
  return new ManifoldError(
    'configuration_invalid',
    `Another manifold${who} uses ${stateDir}; stop it or choose another directory with --state-dir.`,
  );
}

/** Puts the lock into its place, whole. Where it cannot be written nothing stays of it. */
function write(path: string, holder: LockHolder): void {
  const draft = `${path}.${process.pid}`;
  try {
    writeFileSync(draft, JSON.stringify(holder), { mode: 0o600 });
    renameSync(draft, path);
  } catch (cause) {
    const code = (cause as NodeJS.ErrnoException).code ?? 'unknown';
    throw new ManifoldError(
      'configuration_invalid',
      `The lock ${path} cannot be written (${code}). Let the state directory be writable and its disk have room, or choose another with --state-dir.`,
      { cause },
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

/** What the lock says; a file that says nothing readable counts as no lock. */
function read(path: string): LockHolder | undefined {
  try {
    return lockHolder.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch {
    return undefined;
  }
}
