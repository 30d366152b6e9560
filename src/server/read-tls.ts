import { readFile } from 'node:fs/promises';
import { ManifoldError } from '../errors.ts';

/** Paths of the certificate and of its private key, in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** What the files hold; throws `configuration_invalid` when one cannot be read. */
export async function readTls({ cert, key }: TlsFiles): Promise<Readonly<Record<keyof TlsFiles, Buffer>>> {
  try {
    const [certBytes, keyBytes] = await Promise.all([readFile(cert), readFile(key)]);
    return { cert: certBytes, key: keyBytes };
  } catch (cause) {
    const message = `The TLS certificate or key cannot be read: ${cert}, ${key}.`;
    throw new ManifoldError('configuration_invalid', message, { cause });
  }
}
