import { open } from 'node:fs/promises';
import type { JournalPart } from './journal-folder.ts';
import { type JournalLine, readLines } from './journal-line.ts';

/** A stretch of the journal. */
export interface Stretch {
  readonly lines: readonly JournalLine[];
  /** Lines that are not what was written: torn by a crash, or spoilt on the disk. */
  readonly damaged: number;
  /** Where the next stretch begins. */
  readonly end: number;
}

const newline = 0x0a;

/**
 * Reads whole lines from `from` on, about `most` bytes, but at least one line. At the end of a file that nobody writes
 * to any more, a line without an end counts as damaged.
 */
export async function readStretch({ path, size }: JournalPart, from: number, most: number): Promise<Stretch> {
  const file = await open(path, 'r');
  try {
    for (let length = most; ; length *= 4) {
      const buffer = Buffer.alloc(Math.min(length, size - from));
      const { bytesRead } = await file.read(buffer, 0, buffer.length, from);
      const bytes = buffer.subarray(0, bytesRead);
      const isEnd = from + bytesRead >= size || bytesRead < buffer.length;
      const whole = isEnd ? bytes.length : bytes.lastIndexOf(newline) + 1;
      if (whole > 0 || isEnd) return { ...readLines(bytes.subarray(0, whole)), end: isEnd ? size : from + whole };
    }
  } finally {
    await file.close();
  }
}
