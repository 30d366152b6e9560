import { mkdir, open, readFile, rename, stat } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ManifoldError } from '../errors.ts';
import type { KeyStore, StoredKey } from './key-store.ts';

const recheckMs = 1000;

const keyFile = z.object({
  keys: z.array(z.object({ id: z.string(), digest: z.string().regex(/^[0-9a-f]{64}$/), createdAt: z.string() })),
});

/**
 * Keys in `keys.json` of the state directory, readable by its owner only. Another process may replace the file
 * (`manifold keys reset`); a running server notices within a second.
 */
export function createFileKeyStore(stateDir: string, now: () => number = Date.now): KeyStore {
  const file = path.join(stateDir, 'keys.json');
  let cached: readonly StoredKey[] = [];
  let cachedVersion = '';
  let checkedAt = -Infinity;

  async function refresh(): Promise<void> {
    const version = await fileVersion(file);
    if (version !== cachedVersion) {
      cached = version === 'missing' ? [] : await read(file);
      cachedVersion = version;
    }
    checkedAt = now();
  }

  return {
    async list() {
      if (now() - checkedAt >= recheckMs) await refresh();
      return cached;
    },
    async replace(keys) {
      await mkdir(stateDir, { recursive: true, mode: 0o700 });
      const draft = `${file}.${process.pid}.tmp`;
      const handle = await open(draft, 'w', 0o600);
      try {
        await handle.writeFile(`${JSON.stringify({ keys }, null, 2)}\n`);
        // Synced before the rename, so that a power cut leaves the old file or the new one, never an empty one.
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(draft, file);
      await refresh();
    },
  };
}

async function fileVersion(file: string): Promise<string> {
  try {
    const { mtimeMs, size, ino } = await stat(file);
    return `${ino}:${mtimeMs}:${size}`;
  } catch (failure) {
    if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT') return 'missing';
    throw failure;
  }
}

async function read(file: string): Promise<readonly StoredKey[]> {
  try {
    return keyFile.parse(JSON.parse(await readFile(file, 'utf8'))).keys;
  } catch (cause) {
    throw new ManifoldError(
      'configuration_invalid',
      `${file} is not readable as a key file. Run \`manifold keys reset\` to replace it.`,
      { cause },
    );
  }
}
