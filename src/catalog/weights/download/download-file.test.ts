import type { FileHandle } from 'node:fs/promises';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSystemClock } from '../../../lib/clock.ts';
import { createFileSource } from '../origin/file-source.ts';
import { downloadFile } from './download-file.ts';
import { createPartialFile, type PartialFile } from './partial-file.ts';

let dir: string;
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'manifold-download-'));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

const listener = {
  onBytes: () => undefined,
  onChecking: () => undefined,
  onRetry: () => undefined,
  onRestart: () => undefined,
};

/** A disk that takes so many writes and no more. */
function onDiskThatFills(partial: PartialFile, writes: number): PartialFile {
  return {
    ...partial,
    async open() {
      const handle = await partial.open();
      const appendFile = handle.appendFile.bind(handle);
      let left = writes;
      const limited: FileHandle['appendFile'] = async (data) => {
        if (left-- === 0) throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
        await appendFile(data);
      };
      return Object.assign(handle, { appendFile: limited });
    },
  };
}

describe('a download', () => {
  it('onto a disk that fills says so at once, and goes on when there is space', async () => {
    const source = join(dir, 'source.gguf');
    writeFileSync(source, Buffer.concat([Buffer.from('GGUF'), Buffer.alloc(3 * 1024 * 1024, 1)]));
    const partial = createPartialFile(join(dir, 'partial'));
    const parts = { signal: new AbortController().signal, clock: createSystemClock(), listener };
    const download = { source: createFileSource(source), bytes: undefined, digest: undefined };

    await expect(downloadFile({ ...download, partial: onDiskThatFills(partial, 2) }, parts)).rejects.toMatchObject({
      code: 'insufficient_storage',
      message: expect.stringContaining('What has arrived is kept'),
    });
    expect(await partial.bytes()).toBe(2 * 1024 * 1024);

    const restarts: string[] = [];
    await downloadFile(
      { ...download, partial },
      { ...parts, listener: { ...listener, onRestart: (reason) => restarts.push(reason) } },
    );
    expect(await partial.bytes()).toBe(3 * 1024 * 1024 + 4);
    expect(restarts).toEqual([]);
  });
});
