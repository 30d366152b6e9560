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
  close(): void;
}

/** Makes the file, readable by its owner only. Throws when it is there or cannot be made. */
export function createJournalFile(path: string): JournalFile {
  const descriptor = openSync(path, 'ax', 0o600);
  let size = 0;
  let isTorn = false;

  const append = (bytes: Buffer) => {
    for (let written = 0; written < bytes.length;) written += writeSync(descriptor, bytes, written);
  };

  return {
    path,
    get size() {
      return size;
    },
    write(bytes) {
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
    sync: () => flush(descriptor),
    close: () => closeSync(descriptor),
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
