import type { ImageFormat } from './header/image-header.ts';
import { readHeader } from './header/read-header.ts';
import { ImageProblem } from './image-problem.ts';

/** How large a single image may be, and what it may be. */
export interface ImageBounds {
  readonly maxBytes: number;
  readonly maxPixels: number;
  readonly formats: readonly ImageFormat[];
}

/** A whole image: what a data URL holds, or a file as it was fetched. */
export type ImageSource =
  | { readonly base64: string; /** As the client wrote it. */ readonly mediaType: string }
  | { readonly bytes: Uint8Array<ArrayBuffer> };

/** An image that was looked at, as engines get it. */
export interface ExaminedImage {
  readonly format: ImageFormat;
  readonly width: number;
  readonly height: number;
  readonly bytes: number;
  /** In base64; of a GIF the first frame only, of any file nothing behind its end. */
  readonly base64: string;
}

/** A picture of a single row or column has made engines fail, and shows nothing. */
const shortestSide = 2;

/**
 * Looks at an image without decoding it: type by its own bytes, size, structure. Throws an `ImageProblem`.
 *
 * A data URL has to name the type that its bytes are, since whoever wrote it can correct it; what a remote server calls
 * its files is not looked at.
 */
export function examineImage(source: ImageSource, { maxBytes, maxPixels, formats }: ImageBounds): ExaminedImage {
  const bytes = 'bytes' in source ? source.bytes : decodeBase64(source.base64);
  if (bytes.length > maxBytes) throw tooManyBytes(maxBytes);
  const { format, width, height, end, trailer } = readHeader(bytes);
  if ('mediaType' in source && source.mediaType !== `image/${format}`) {
    throw new ImageProblem(
      `is of type image/${format}, while its URL says ${source.mediaType}. Write \`data:image/${format};base64,…\``,
    );
  }
  if (!formats.includes(format)) {
    throw new ImageProblem(`is a ${format}, which this server does not take. Send ${formats.join(', ')}`);
  }
  if (Math.min(width, height) < shortestSide) {
    throw new ImageProblem(`has ${width}x${height} pixels. Both sides need at least ${shortestSide}`);
  }
  if (width * height > maxPixels) {
    throw new ImageProblem(`has ${width}x${height} pixels. At most ${maxPixels} are taken; scale it down`);
  }
  const isWhole = end === bytes.length || (end + 1 === bytes.length && bytes[end] === trailer?.[0]);
  if (isWhole && 'base64' in source) return { format, width, height, bytes: bytes.length, base64: source.base64 };
  const kept = isWhole ? bytes : Buffer.concat([bytes.subarray(0, end), trailer ?? new Uint8Array()]);
  const base64 = Buffer.from(kept.buffer, kept.byteOffset, kept.length).toString('base64');
  return { format, width, height, bytes: kept.length, base64 };
}

export function tooManyBytes(maxBytes: number): ImageProblem {
  return new ImageProblem(`has more than ${maxBytes} bytes. Send a smaller one`);
}

/** RFC 4648, section 4, to the letter: no blanks, no URL-safe alphabet, padded. Others read leniencies in their own ways. */
function decodeBase64(text: string): Buffer<ArrayBuffer> {
  const bytes = Buffer.from(text, 'base64');
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  // What Node's decoder skips makes the result shorter; it takes the URL-safe letters for those they stand for.
  const isExact =
    text !== '' && bytes.length === (text.length / 4) * 3 - padding && !text.includes('-') && !text.includes('_');
  if (isExact) return bytes;
  throw new ImageProblem('is not valid base64. Send standard, padded base64 without blanks or line ends');
}
