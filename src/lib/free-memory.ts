import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';

/** Reads a small file of the kernel's; undefined where there is none. */
export type ReadSystemFile = (path: string) => string | undefined;

/**
 * Bytes that programs may still take: what the kernel calls available, within the limits of the control groups this
 * process is in (version 1 and 2). Pages of files count as free in both.
 */
export function freeMemory(read: ReadSystemFile = readSystemFile): number {
  return Math.min(availableOf(read) ?? freemem(), ...groupRooms(read));
}

function readSystemFile(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

function availableOf(read: ReadSystemFile): number | undefined {
  const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(read('/proc/meminfo') ?? '')?.[1];
  return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
}

/** What each group from this process's own up to the root leaves. In a container the path may lead outside: then the root counts. */
function groupRooms(read: ReadSystemFile): number[] {
  const groups = (read('/proc/self/cgroup') ?? '').split('\n');
  const unified = groups.find((line) => line.startsWith('0::'))?.slice(3);
  const memory = groups.find((line) => /^\d+:([^:]*,)?memory(,[^:]*)?:/.test(line))?.replace(/^\d+:[^:]*:/, '');
  return [
    ...ancestors(unified).map((path) => roomOf(read, `/sys/fs/cgroup${path}`, versionTwo)),
    ...ancestors(memory).map((path) => roomOf(read, `/sys/fs/cgroup/memory${path}`, versionOne)),
  ].filter((room) => room !== undefined);
}

interface GroupFiles {
  readonly limit: string;
  readonly usage: string;
  /** In `memory.stat`: pages of files, which are given back when memory is short. */
  readonly files: readonly string[];
}

const versionTwo: GroupFiles = {
  limit: 'memory.max',
  usage: 'memory.current',
  files: ['active_file', 'inactive_file'],
};
const versionOne: GroupFiles = {
  limit: 'memory.limit_in_bytes',
  usage: 'memory.usage_in_bytes',
  files: ['total_active_file', 'total_inactive_file'],
};

function roomOf(read: ReadSystemFile, directory: string, files: GroupFiles): number | undefined {
  const limit = Number(read(`${directory}/${files.limit}`) ?? Number.NaN);
  const usage = Number(read(`${directory}/${files.usage}`) ?? Number.NaN);
  // "max" in version 2, a number beyond all memory in version 1.
  if (!(limit < 2 ** 53) || !Number.isFinite(usage)) return undefined;
  const stat = read(`${directory}/memory.stat`) ?? '';
  const reclaimable = files.files.reduce((sum, name) => sum + countIn(stat, name), 0);
  return Math.max(0, limit - usage + Math.min(usage, reclaimable));
}

function countIn(stat: string, name: string): number {
  return Number(new RegExp(`^${name} (\\d+)$`, 'm').exec(stat)?.[1] ?? 0);
}

/** `/a/b` → `/a/b`, `/a`, ``. */
function ancestors(path: string | undefined): string[] {
  if (path === undefined) return [];
  const parts = path.split('/').filter(Boolean);
  return parts
    .map((_, at) => `/${parts.slice(0, at + 1).join('/')}`)
    .toReversed()
    .concat('');
}
