import { createHash } from 'node:crypto';
import { isInside } from '../reference.ts';
import type { ListedFile } from '../listing.ts';

/** The name of the file that lists a folder of a mirror, as `sha256sum *.gguf > SHA256SUMS` writes it. */
export const checksumsFile = 'SHA256SUMS';

/** Its lines: 64 hexadecimal digits, a space, a space or star, a path. Others are passed over. */
export function parseChecksums(text: string): ListedFile[] {
  return text.split('\n').flatMap((line) => {
    const [, hex, path] = /^([\da-f]{64}) [ *](?:\.\/)?(.+?)\r?$/i.exec(line) ?? [];
    if (hex === undefined || path === undefined || !isInside(path)) return [];
    return [{ path, digest: { algorithm: 'sha256' as const, hex: hex.toLowerCase() } }];
  });
}

/** A name for the state of a folder that has no commits: the same for the same files. */
export function inventedCommit(files: readonly ListedFile[]): string {
  const lines = files.map(({ path, bytes, digest }) => `${path}\0${bytes ?? ''}\0${digest?.hex ?? ''}`);
  return createHash('sha1').update(lines.toSorted().join('\n')).digest('hex');
}
