import { ImageProblem } from '../image-problem.ts';
import { ByteReader } from './byte-reader.ts';
import { readGif } from './gif.ts';
import type { ImageHeader } from './image-header.ts';
import { readJpeg } from './jpeg.ts';
import { readPng } from './png.ts';
import { readWebp } from './webp.ts';

/**
 * What kind of image a file is and how large, by its own bytes. No pixel is decoded; the time is at most proportional to
 * the bytes. Throws an `ImageProblem` for anything else, and for files that decoders could read in two ways.
 */
export function readHeader(bytes: Uint8Array): ImageHeader {
  const file = new ByteReader(bytes);
  const header = readPng(file) ?? readJpeg(file) ?? readWebp(file) ?? readGif(file);
  if (header === undefined) throw new ImageProblem('is no PNG, JPEG, WebP or GIF file. Convert it to one of these');
  return header;
}
