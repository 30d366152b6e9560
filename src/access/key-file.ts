import { readFile, rename } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { ManifoldError } from '../errors.ts';
import { everything } from './keys.ts';
import type { KeyStore } from './key-store.ts';

const keyFile = z.object({
  keys: z.array(z.object({ id: z.string(), digest: z.string().regex(/^[\da-f]{64}$/), createdAt: z.iso.datetime() })),
});

const nameOf = (stateDir: string) => path.join(stateDir, 'keys.json');

/**
 * Takes the keys of `keys.json`, where earlier releases kept them, into the store, once; they may do everything, as they
 * could. The file stays beside as `keys.json.bak`. A process that dies on the way is followed by one that finishes.
 */
export async function takeOverKeyFile(stateDir: string, store: KeyStore): Promise<void> {
  const content = await readFile(nameOf(stateDir), 'utf8').catch(absentIsUndefined);
  if (content === undefined) return;
  for (const { id, digest, createdAt } of parse(content, stateDir)) {
    const key = { id, secret: { digest, prefix: 'nvapi-' }, settings: { ...everything, name: 'from keys.json' } };
    const act = { actor: 'cli', action: 'import', details: { createdAt }, requestId: null } as const;
    // oxlint-disable-next-line no-await-in-loop -- a handful of keys, once
    if (!(await store.get(id))) await store.add(key, act);
  }
  await setKeyFileAside(stateDir);
}

/** Keeps the file of earlier releases from being taken over. */
export async function setKeyFileAside(stateDir: string): Promise<void> {
  const file = nameOf(stateDir);
  await rename(file, `${file}.bak`).catch(absentIsUndefined);
}

function parse(content: string, stateDir: string): z.infer<typeof keyFile>['keys'] {
  try {
    return keyFile.parse(JSON.parse(content)).keys;
  } catch (cause) {
    throw new ManifoldError(
      'configuration_invalid',
      `${nameOf(stateDir)} is not readable as a key file. Run \`manifold keys reset\` to begin anew without it.`,
      { cause },
    );
  }
}

function absentIsUndefined(failure: unknown): undefined {
  if (failure instanceof Error && 'code' in failure && failure.code === 'ENOENT') return undefined;
  throw failure;
}
