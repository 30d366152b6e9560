import { statfs } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ManifoldError } from '../../../errors.ts';
import { formatBytes } from '../../../lib/format-bytes.ts';

/** Left for others, so that a download never fills a disk to the last byte. */
const reservedBytes = 64 * 1024 * 1024;

/** Free bytes for this user where `path` lies or will lie. */
export async function freeBytesAt(path: string): Promise<number> {
  for (let at = path; ; at = dirname(at)) {
    try {
      const { bavail, bsize } = await statfs(at);
      return bavail * bsize;
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code !== 'ENOENT' || dirname(at) === at) throw failure;
    }
  }
}

/** Throws `insufficient_storage` with both figures when `needed` bytes do not fit where `path` lies. */
export async function requireSpace(path: string, needed: number, freeBytes = freeBytesAt): Promise<void> {
  if (needed === 0) return;
  const free = await freeBytes(path);
  if (needed + reservedBytes <= free) return;
  throw new ManifoldError(
    'insufficient_storage',
    `${formatBytes(needed)} are to be downloaded and ${formatBytes(free)} are free at ${path}. Free some, or choose another place with HF_HUB_CACHE or \`weights.cacheDir\`.`,
  );
}
