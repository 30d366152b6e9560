import { createReadStream } from 'node:fs';
import { access, constants, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { ManifoldError } from '../../../errors.ts';
import type { ByteSource } from './origin.ts';

const readBytes = 1024 * 1024;

/** A file on this machine. */
export function createFileSource(path: string): ByteSource {
  return {
    name: basename(path),
    async open(from, validator, signal) {
      const readable = access(path, constants.R_OK).then(() => stat(path));
      const { size, mtime, mtimeMs } = await readable.catch((cause: unknown) => {
        throw new ManifoldError('weights_not_found', `The file ${path} cannot be read.`, { param: 'model', cause });
      });
      const version = `${size}-${mtimeMs}`;
      const start = validator !== undefined && validator !== version ? 0 : Math.min(from, size);
      const bytes = createReadStream(path, { start, highWaterMark: readBytes, signal });
      return {
        from: start,
        totalBytes: size,
        validator: version,
        modifiedAt: mtime,
        bytes,
        close: () => void bytes.on('error', () => undefined).destroy(),
      };
    },
  };
}
