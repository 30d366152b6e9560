import { crc32 } from 'node:zlib';

/** What a line of the journal says: a request was opened, has used so much, or ended with this record. */
export type LineKind = 'open' | 'used' | 'record';

/** One line that was read: its kind and its value as JSON text. */
export interface JournalLine {
  readonly kind: LineKind;
  readonly json: string;
}

const letters = { open: 'o', used: 'u', record: 'r' } as const satisfies Record<LineKind, string>;
const kinds = new Map(Object.entries(letters).map(([kind, letter]) => [letter.charCodeAt(0), kind as LineKind]));

const sumDigits = 8;
const newline = 0x0a;

/** A line with its end: the checksum of what follows in hex, the kind's letter, the value as JSON. */
export function writeLine(kind: LineKind, value: object): string {
  const text = letters[kind] + JSON.stringify(value);
  return `${crc32(text).toString(16).padStart(sumDigits, '0')}${text}\n`;
}

/** The lines of `bytes`, whole ones only. `damaged` counts those that are not what was written. */
export function readLines(bytes: Buffer): { readonly lines: readonly JournalLine[]; readonly damaged: number } {
  const lines: JournalLine[] = [];
  let damaged = 0;
  for (let start = 0; start < bytes.length;) {
    const found = bytes.indexOf(newline, start);
    const end = found === -1 ? bytes.length : found;
    const line = found === -1 ? undefined : readLine(bytes.subarray(start, end));
    if (line) lines.push(line);
    else damaged += 1;
    start = end + 1;
  }
  return { lines, damaged };
}

function readLine(bytes: Buffer): JournalLine | undefined {
  const kind = kinds.get(bytes[sumDigits] ?? 0);
  const sum = Number.parseInt(bytes.toString('latin1', 0, sumDigits), 16);
  if (kind === undefined || crc32(bytes.subarray(sumDigits)) !== sum) return undefined;
  return { kind, json: bytes.toString('utf8', sumDigits + 1) };
}
