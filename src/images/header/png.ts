import { ImageProblem } from '../image-problem.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ImageHeader } from './image-header.ts';

const signature = '\x89PNG\r\n\x1a\n';

/** Allowed bit depths by colour type (PNG specification, third edition, 11.2.1). */
const depths: Readonly<Record<number, readonly number[]>> = {
  0: [1, 2, 4, 8, 16],
  2: [8, 16],
  3: [1, 2, 4, 8],
  4: [8, 16],
  6: [8, 16],
};

// Names of chunks, as numbers.
const ihdr = 0x49_48_44_52;
const idat = 0x49_44_41_54;
const iend = 0x49_45_4e_44;
const actl = 0x61_63_54_4c;

/** A PNG's size, after a walk over its chunks to the last; undefined where it is none. An animated one is refused. */
export function readPng(file: ByteReader): ImageHeader | undefined {
  if (!file.says(0, signature)) return undefined;
  if (file.u32be(8) !== 13 || file.u32be(12) !== ihdr) throw damaged();
  const [width, height] = [file.u32be(16), file.u32be(20)];
  const isKnown =
    depths[file.u8(25)]?.includes(file.u8(24)) && file.u8(26) === 0 && file.u8(27) === 0 && file.u8(28) <= 1;
  if (!isKnown) throw damaged();
  let hasPixels = false;
  for (let at = 33; ;) {
    const length = file.u32be(at);
    const name = file.u32be(at + 4);
    const next = at + 12 + length;
    file.need(at, 12 + length);
    if (name === ihdr) throw damaged();
    if (name === actl) throw new ImageProblem('is animated. Send one picture');
    if (name === idat) hasPixels = true;
    if (name === iend) {
      if (!hasPixels) throw damaged();
      return { format: 'png', width, height, end: next };
    }
    at = next;
  }
}

function damaged(): ImageProblem {
  return new ImageProblem('is a damaged PNG file');
}
