import { ImageProblem } from '../image-problem.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ImageHeader } from './image-header.ts';

/** Progressive files have about ten; each makes a decoder go over all pixels once more. */
const mostScans = 100;

/** Frames that every decoder takes: baseline, extended sequential, progressive. */
const frames: ReadonlySet<number> = new Set([0xc0, 0xc1, 0xc2]);
/** Others: lossless, differential, arithmetic. */
const rareFrames: ReadonlySet<number> = new Set([
  0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf, 0xde, 0xdf,
]);
const endOfImage = 0xd9;
const startOfScan = 0xda;

/**
 * A JPEG's size, after a walk from marker to marker to the end of the picture; undefined where it is none. A decoder goes
 * the same way, so nothing that is hidden in a comment can pass for the frame's header.
 */
export function readJpeg(file: ByteReader): ImageHeader | undefined {
  if (file.length < 3 || file.u16be(0) !== 0xffd8 || file.u8(2) !== 0xff) return undefined;
  let frame: { readonly width: number; readonly height: number } | undefined;
  let scans = 0;
  for (let at = 2; ;) {
    at = markerAt(file, at);
    const marker = file.u8(at++);
    if (marker === endOfImage) {
      if (frame === undefined || scans === 0) throw damaged();
      return { format: 'jpeg', ...frame, end: at };
    }
    if (isBare(marker)) throw damaged();
    if (rareFrames.has(marker)) throw new ImageProblem('is a JPEG of a rare kind. Save it as a baseline JPEG or a PNG');
    const length = file.u16be(at);
    if (length < 2) throw damaged();
    file.need(at, length);
    if (frames.has(marker)) {
      if (frame !== undefined) throw damaged();
      frame = readFrame(file, at, length);
    }
    at += length;
    if (marker === startOfScan) {
      if (frame === undefined || ++scans > mostScans) throw damaged();
      at = endOfScan(file, at);
    }
  }
}

/** Markers without a length; none of them stands between segments. */
function isBare(marker: number): boolean {
  return marker <= 0x01 || (marker >= 0xd0 && marker <= 0xd8) || marker === 0xff;
}

/** The place of a marker's second byte. Before it, 0xff may stand any number of times. */
function markerAt(file: ByteReader, from: number): number {
  if (file.u8(from) !== 0xff) throw damaged();
  let at = from + 1;
  while (file.u8(at) === 0xff) at++;
  return at;
}

function readFrame(file: ByteReader, at: number, length: number) {
  const components = file.u8(at + 7);
  if (file.u8(at + 2) !== 8) throw new ImageProblem('is a JPEG of more than 8 bits a sample. Save it as a PNG');
  if (![1, 3, 4].includes(components) || length !== 8 + 3 * components) throw damaged();
  return { height: file.u16be(at + 3), width: file.u16be(at + 5) };
}

/** Where compressed data ends: in them 0xff is followed by 0, or by a restart marker. */
function endOfScan({ bytes }: ByteReader, from: number): number {
  for (let at = from; at + 1 < bytes.length; at++) {
    if (bytes[at] !== 0xff) continue;
    const next = bytes[at + 1] ?? 0;
    if (next !== 0 && next !== 0xff && (next < 0xd0 || next > 0xd7)) return at;
  }
  throw new ImageProblem('is cut off. Send the whole file');
}

function damaged(): ImageProblem {
  return new ImageProblem('is a damaged JPEG file');
}
