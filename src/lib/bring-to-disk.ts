import { open } from 'node:fs/promises';

/** Waits until a file's bytes, or a directory's names, outlive a power cut. */
export async function bringToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
