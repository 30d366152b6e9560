import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { ManifoldError } from '../errors.ts';

/** Paths of the certificate and of its private key, in PEM. */
export interface TlsFiles {
  readonly cert: string;
  readonly key: string;
}

/** What the files hold; throws `configuration_invalid` when one cannot be read, or they are no pair. */
export async function readTls(files: TlsFiles): Promise<Readonly<Record<keyof TlsFiles, Buffer>>> {
  const [cert, key] = await Promise.all([readFile(files.cert), readFile(files.key)]).catch((cause: unknown) =>
    refuse(files, 'be read', cause),
  );
  try {
    createSecureContext({ cert, key });
  } catch (cause) {
    refuse(files, `be used (${cause instanceof Error ? cause.message : String(cause)})`, cause);
  }
  return { cert, key };
}

function refuse({ cert, key }: TlsFiles, what: string, cause: unknown): never {
  const message = `The TLS certificate or key cannot ${what}: ${cert}, ${key}.`;
  throw new ManifoldError('configuration_invalid', message, { cause });
}
