import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { CommandFailed } from '../exit-codes.ts';

/** Resolves when the file hashes to `integrity` (`sha512-` and base64, as npm writes it); throws when it does not. */
export async function verifyIntegrity(file: string, integrity: string): Promise<void> {
  const hash = createHash('sha512');
  await pipeline(createReadStream(file), hash);
  const found = `sha512-${hash.digest('base64')}`;
  if (found === integrity) return;
  throw new CommandFailed(
    `${file} is not what this release expects: it hashes to ${found} and should to ${integrity}. Nothing of it was used.`,
  );
}
