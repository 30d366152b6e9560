import { open, readFile, rename, rm, stat, writeFile, type FileHandle } from 'node:fs/promises';
import { z } from 'zod';

const note = z.object({ validator: z.string().optional(), totalBytes: z.number().optional() });
/** What is known of the version of a file that was begun. */
export type PartialNote = z.infer<typeof note>;

/**
 * The begin of a file, and beside it a note of which version it is the begin of. A process may be killed at any moment:
 * the bytes that are there are always of the version in the note.
 */
export interface PartialFile {
  readonly path: string;
  /** Bytes that are there; 0 when nothing is. */
  bytes(): Promise<number>;
  note(): Promise<PartialNote>;
  /** Opens it to go on at its end. */
  open(): Promise<FileHandle>;
  /** Empties it, then notes what it will be the begin of. */
  begin(handle: FileHandle, begun: PartialNote): Promise<void>;
  discard(): Promise<void>;
}

export function createPartialFile(path: string): PartialFile {
  const noteFile = `${path}.json`;
  return {
    path,
    bytes: () =>
      stat(path).then(
        ({ size }) => size,
        () => 0,
      ),
    note: () =>
      readFile(noteFile, 'utf8').then(
        (text) => note.catch({}).parse(parsed(text)),
        () => ({}),
      ),
    open: () => open(path, 'a+', 0o644),
    async begin(handle, begun) {
      await handle.truncate(0);
      await writeFile(`${noteFile}.new`, JSON.stringify(begun));
      await rename(`${noteFile}.new`, noteFile);
    },
    async discard() {
      await Promise.all([path, noteFile, `${noteFile}.new`].map((file) => rm(file, { force: true })));
    },
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
