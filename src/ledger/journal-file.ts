import { closeSync, fdatasync, fstatSync, ftruncateSync, openSync, writeSync } from 'node:fs';
import { promisify } from 'node:util';

const flush = promisify(fdatasync);

/** One file of the journal, open for appending. */
export interface JournalFile {
  readonly path: string;
  /** Bytes that were written whole. */
  readonly size: number;
  /** Appends with write(2): what was written is the kernel's when this returns. Throws, and then nothing was added. */
  write(bytes: Buffer): void;
  /** Waits until what was written before is on the disk. Only the first failure says that something was lost. */
  sync(): Promise<void>;
  /** Idempotent. Nothing can be written after it. */
  close(): void;
}

/** Makes the file, readable by its owner only. Throws when it is there or cannot be made. */
export function createJournalFile(path: string): JournalFile {
  const descriptor = openSync(path, 'ax', 0o600);
  let size = 0;
  let isTorn = false;
  let isClosed = false;

  const append = (bytes: Buffer) => {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
  };

  return {
    path,
    get size() {
      return size;
    },
    write(bytes) {
      // Its number may be another file's by now, or a client's connection's.
      if (isClosed) throw new Error('The file is closed.');
      try {
        // A new line makes what could not be taken back a damaged line of its own.
        append(isTorn ? Buffer.concat([Buffer.from('\n'), bytes]) : bytes);
        size = isTorn ? fstatSync(descriptor).size : size + bytes.length;
        isTorn = false;
      } catch (failure) {
        isTorn = !takeBack(descriptor, size);
        throw failure;
      }
    },
    sync: async () => {
      if (!isClosed) await flush(descriptor);
    },
    close() {
      if (isClosed) return;
      isClosed = true;
      closeSync(descriptor);
    },
  };
}

/** Cuts off what a failed write has left. */
function takeBack(descriptor: number, size: number): boolean {
  try {
    ftruncateSync(descriptor, size);
    return true;
  } catch {
    return false;
  }
}
