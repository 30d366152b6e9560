import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { ManifoldError } from '../errors.ts';
import { bringToDisk } from '../lib/bring-to-disk.ts';
import { createJournalFile, type JournalFile } from './journal-file.ts';

/** A file of the journal as its reader sees it. */
export interface JournalPart {
  readonly path: string;
  /** Bytes that can be read now. */
  readonly size: number;
}

/** The files of the journal in one directory, in the order of their numbers. */
export interface JournalFolder {
  /** What an earlier process has left, oldest first. */
  readonly left: readonly JournalPart[];
  /** Makes the next file. Throws what the file system says. */
  create(): JournalFile;
  /** Waits until the names of the files are on the disk. */
  sync(): Promise<void>;
}

const prefix = 'usage.journal.';

/** Throws `configuration_invalid` when the directory cannot be read. */
export function openJournalFolder(directory: string): JournalFolder {
  const numbers = listNumbers(directory);
  const pathOf = (number: number) => join(directory, `${prefix}${String(number).padStart(8, '0')}`);
  let last = numbers.at(-1) ?? 0;
  return {
    left: numbers.map((number) => ({ path: pathOf(number), size: statSync(pathOf(number)).size })),
    create() {
      const file = createJournalFile(pathOf(last + 1));
      last += 1;
      return file;
    },
    sync: () => bringToDisk(directory),
  };
}

/** Bytes of the journal that no server has taken into the database yet. */
export function bytesLeft(directory: string): number {
  return openJournalFolder(directory).left.reduce((sum, { size }) => sum + size, 0);
}

function listNumbers(directory: string): number[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.startsWith(prefix) && /^\d+$/.test(name.slice(prefix.length)))
      .map((name) => Number(name.slice(prefix.length)))
      .toSorted((a, b) => a - b);
  } catch (cause) {
    throw new ManifoldError(
      'configuration_invalid',
      `The state directory ${directory} cannot be read; make it readable.`,
      {
        cause,
      },
    );
  }
}
