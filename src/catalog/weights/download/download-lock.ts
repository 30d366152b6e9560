import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname } from 'node:path';
import { z } from 'zod';
import { pause, type Clock } from '../../../lib/clock.ts';
import { isAlive, processStart } from '../../../lib/process-start.ts';

const lockHolder = z.object({
  pid: z.int().positive(),
  processStart: z.number().optional(),
  host: z.string(),
  token: z.string(),
});
export type LockHolder = z.infer<typeof lockHolder>;

interface LockOptions {
  readonly signal: AbortSignal;
  readonly clock: Clock;
  /** Told once, when another holds the lock. */
  readonly onWait: (holder: LockHolder | undefined) => void;
}

const beatMs = 5_000;
/** A holder on another machine that was not heard of for this long is gone. */
const silentForMs = 60_000;
const pollMs = 300;

/**
 * Waits until nobody else writes the file that `path` is the lock of, in this process or another, on this machine or
 * one that shares the folder. The result gives the lock back.
 */
export async function lockDownload(path: string, options: LockOptions): Promise<() => Promise<void>> {
  const { signal, clock, onWait } = options;
  const token = randomUUID();
  const self = { pid: process.pid, processStart: processStart(process.pid), host: hostname(), token };
  await mkdir(dirname(path), { recursive: true });
  for (let isFirst = true; !(await create(path, self)); isFirst = false) {
    if (await isAbandoned(path)) await removeAbandoned(path, token);
    else {
      if (isFirst) onWait(await read(path));
      await pause(pollMs, signal, clock);
    }
  }
  let callOff = () => {};
  const beat = () => {
    callOff = clock.after(beatMs, () => {
      const now = new Date();
      void utimes(path, now, now).catch(() => undefined);
      beat();
    });
  };
  beat();
  return async () => {
    callOff();
    if ((await read(path))?.token === token) await rm(path, { force: true });
  };
}

/** Whether a living process holds the lock. */
export async function isLocked(path: string): Promise<boolean> {
  return (await exists(path)) && !(await isAbandoned(path));
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

/** Only one process can make the file. */
async function create(path: string, holder: LockHolder): Promise<boolean> {
  try {
    await writeFile(path, JSON.stringify(holder), { flag: 'wx', mode: 0o600 });
    return true;
  } catch (failure) {
    if ((failure as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw failure;
  }
}

/** Whether the holder died. One that has not yet written who it is lives. */
async function isAbandoned(path: string): Promise<boolean> {
  const [facts, holder] = await Promise.all([stat(path).catch(() => undefined), read(path)]);
  if (facts === undefined) return false;
  if (holder?.host !== hostname()) return Date.now() - facts.mtimeMs > silentForMs;
  return !isAlive(holder);
}

/** Two may find the same dead lock: the second must not throw away the new one of the first. */
async function removeAbandoned(path: string, token: string): Promise<void> {
  const aside = `${path}.${token}`;
  try {
    await rename(path, aside);
    if (!(await isAbandoned(aside))) await link(aside, path);
  } catch (failure) {
    if (!['ENOENT', 'EEXIST'].includes((failure as NodeJS.ErrnoException).code ?? '')) throw failure;
  } finally {
    await rm(aside, { force: true });
  }
}

async function read(path: string): Promise<LockHolder | undefined> {
  try {
    return lockHolder.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch {
    return undefined;
  }
}
