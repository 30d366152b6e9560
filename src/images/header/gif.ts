import { ImageProblem } from '../image-problem.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ImageHeader } from './image-header.ts';

const extension = 0x21;
const imageDescriptor = 0x2c;
const trailer = 0x3b;

/** A GIF's size, and where its first frame ends; undefined where it is none. Later frames are cut off by `trailer`. */
export function readGif(file: ByteReader): ImageHeader | undefined {
  if (!file.says(0, 'GIF87a') && !file.says(0, 'GIF89a')) return undefined;
  const [width, height] = [file.u16le(6), file.u16le(8)];
  let at = 13 + colourTable(file.u8(10));
  for (; file.u8(at) === extension;) at = endOfBlocks(file, at + 2);
  if (file.u8(at) !== imageDescriptor) throw damaged();
  const [left, top, frameWidth, frameHeight] = [1, 3, 5, 7].map((offset) => file.u16le(at + offset)) as Frame;
  // Some decoders enlarge the canvas for a frame that does not fit.
  const fits = frameWidth > 0 && frameHeight > 0 && left + frameWidth <= width && top + frameHeight <= height;
  if (!fits) throw damaged();
  const data = at + 10 + colourTable(file.u8(at + 9));
  const codeSize = file.u8(data);
  if (codeSize < 1 || codeSize > 8) throw damaged();
  return { format: 'gif', width, height, end: endOfBlocks(file, data + 1), trailer: Uint8Array.of(trailer) };
}

type Frame = [left: number, top: number, width: number, height: number];

function colourTable(flags: number): number {
  return flags & 0x80 ? 3 * 2 ** ((flags & 7) + 1) : 0;
}

/** Behind a row of blocks, each with its length before it, and the empty one that ends them. */
function endOfBlocks(file: ByteReader, from: number): number {
  let at = from;
  for (let length = file.u8(at); length > 0; length = file.u8(at)) at += 1 + length;
  return at + 1;
}

function damaged(): ImageProblem {
  return new ImageProblem('is a damaged GIF file');
}
