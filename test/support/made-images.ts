import { crc32, deflateSync } from 'node:zlib';

/** A PNG of black pixels, as large as one likes: rows of zeros take next to no bytes. */
export function blackPng(
  width: number,
  height: number,
  extra: readonly (readonly [name: string, data: Buffer])[] = [],
) {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.writeUInt8(1, 8);
  const rows = Buffer.alloc(Math.min(height, 4096) * (Math.ceil(Math.min(width, 4096) / 8) + 1));
  const chunks: (readonly [string, Buffer])[] = [
    ['IHDR', header],
    ...extra,
    ['IDAT', deflateSync(rows)],
    ['IEND', Buffer.alloc(0)],
  ];
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...chunks.map(([name, data]) => chunk(name, data)),
  ]);
}

function chunk(name: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(name, 'latin1'), data]);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(data.length);
  const check = Buffer.alloc(4);
  check.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, check]);
}

/** A PNG of about so many bytes, most of them in a chunk that no decoder reads. */
export function heavyPng(bytes: number): Buffer {
  return blackPng(8, 6, [['prVt', Buffer.alloc(bytes, 7)]]);
}

export const dataUrl = (type: string, bytes: Buffer | string) =>
  `data:image/${type};base64,${typeof bytes === 'string' ? bytes : bytes.toString('base64')}`;
