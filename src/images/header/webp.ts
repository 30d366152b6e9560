import { ImageProblem } from '../image-problem.ts';
import type { ByteReader } from './byte-reader.ts';
import type { ImageHeader } from './image-header.ts';

interface Size {
  readonly width: number;
  readonly height: number;
}

/**
 * A WebP's size (RFC 9649); undefined where it is none. In the extended form the picture has to be as large as the canvas
 * says. An animated one is refused.
 */
export function readWebp(file: ByteReader): ImageHeader | undefined {
  if (!file.says(0, 'RIFF') || !file.says(8, 'WEBP')) return undefined;
  const end = 8 + file.u32le(4);
  file.need(0, end);
  let canvas: Size | undefined;
  for (let at = 12; at + 8 <= end;) {
    const length = file.u32le(at + 4);
    const data = at + 8;
    if (data + length > end) throw damaged();
    if (file.says(at, 'VP8X')) {
      if (at !== 12 || length < 10) throw damaged();
      if (file.u8(data) & 0x02) throw animated();
      canvas = { width: file.u24le(data + 4) + 1, height: file.u24le(data + 7) + 1 };
    }
    if (file.says(at, 'ANIM') || file.says(at, 'ANMF')) throw animated();
    const size = file.says(at, 'VP8 ') ? lossySize(file, data) : file.says(at, 'VP8L') && losslessSize(file, data);
    if (size) {
      if (canvas && (canvas.width !== size.width || canvas.height !== size.height)) throw damaged();
      return { format: 'webp', ...size, end };
    }
    at = data + length + (length % 2);
  }
  throw damaged();
}

/** A key frame's header (RFC 6386, 9.1). */
function lossySize(file: ByteReader, at: number): Size {
  const isKeyFrame = (file.u8(at) & 1) === 0 && file.u24le(at + 3) === 0x2a_01_9d;
  if (!isKeyFrame) throw damaged();
  return { width: file.u16le(at + 6) & 0x3fff, height: file.u16le(at + 8) & 0x3fff };
}

function losslessSize(file: ByteReader, at: number): Size {
  const bits = file.u32le(at + 1);
  if (file.u8(at) !== 0x2f || bits >>> 29 !== 0) throw damaged();
  return { width: (bits & 0x3fff) + 1, height: ((bits >>> 14) & 0x3fff) + 1 };
}

function damaged(): ImageProblem {
  return new ImageProblem('is a damaged WebP file');
}

function animated(): ImageProblem {
  return new ImageProblem('is animated. Send one picture');
}
