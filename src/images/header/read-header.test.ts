import { describe, expect, it } from 'vitest';
import { blackPng } from '../../../test/support/made-images.ts';
import { sampleImages } from '../../../test/support/sample-images.ts';
import { ImageProblem } from '../image-problem.ts';
import { readHeader } from './read-header.ts';

const bytesOf = (name: keyof typeof sampleImages) => Buffer.from(sampleImages[name], 'base64');
const u16 = (value: number) => [value >> 8, value & 0xff];
const frame = (width: number, height: number) =>
  Buffer.from([0xff, 0xc0, 0, 11, 8, ...u16(height), ...u16(width), 1, 1, 0x11, 0]);
const problemOf = (bytes: Uint8Array) => {
  try {
    readHeader(bytes);
  } catch (failure) {
    return failure instanceof ImageProblem ? failure.message : failure;
  }
  return undefined;
};

describe('the size of a picture by its header', () => {
  it.each([
    ['png', 'png'],
    ['palettedPng', 'png'],
    ['jpeg', 'jpeg'],
    ['progressiveJpeg', 'jpeg'],
    ['greyJpeg', 'jpeg'],
    ['jpegWithExif', 'jpeg'],
    ['lossyWebp', 'webp'],
    ['losslessWebp', 'webp'],
    ['webpWithAlpha', 'webp'],
    ['gif', 'gif'],
    ['animatedGif', 'gif'],
  ] as const)('is read from a real %s', (name, format) => {
    expect(readHeader(bytesOf(name))).toMatchObject({ format, width: 8, height: 6 });
  });

  it('is read from a view into a larger buffer', () => {
    const bytes = bytesOf('jpeg');
    const held = Buffer.concat([Buffer.alloc(7, 0xff), bytes, Buffer.alloc(9)]);

    expect(readHeader(held.subarray(7, 7 + bytes.length))).toMatchObject({ width: 8, height: 6 });
  });

  it.each(['png', 'jpeg', 'lossyWebp', 'losslessWebp', 'webpWithAlpha', 'gif'] as const)(
    'ends where a %s ends, whatever is behind it',
    (name) => {
      const bytes = bytesOf(name);
      const end = name === 'gif' ? bytes.length - 1 : bytes.length;

      expect(readHeader(Buffer.concat([bytes, Buffer.from('PK\x03\x04<script>')])).end).toBe(end);
    },
  );

  it('ends behind the first frame of an animated GIF', () => {
    const bytes = bytesOf('animatedGif');

    const { end } = readHeader(bytes);

    expect(end).toBeLessThan(bytes.length - 20);
    expect(readHeader(Buffer.concat([bytes.subarray(0, end), Buffer.of(0x3b)]))).toMatchObject({ end });
  });
});

describe('a file that is no picture, or not wholly one', () => {
  it.each(['png', 'jpeg', 'progressiveJpeg', 'jpegWithExif', 'lossyWebp', 'webpWithAlpha', 'gif'] as const)(
    'is refused when a %s is cut off, wherever that is',
    (name) => {
      const bytes = bytesOf(name);
      const end = name === 'gif' ? bytes.length - 1 : bytes.length;

      const taken = Array.from({ length: end }, (_, length) => problemOf(bytes.subarray(0, length)));

      expect(taken.every((problem) => typeof problem === 'string')).toBe(true);
    },
  );

  it.each(Object.keys(sampleImages) as (keyof typeof sampleImages)[])(
    'never fails in another way when bytes of a %s are changed',
    (name) => {
      const bytes = bytesOf(name);
      const values = [0x00, 0x01, 0x7f, 0x80, 0xff];

      const problems = [...bytes.keys()].flatMap((at) =>
        values.map((value) => problemOf(Buffer.from(bytes).fill(value, at, at + 1))),
      );

      expect(problems.filter((problem) => problem !== undefined && typeof problem !== 'string')).toEqual([]);
    },
  );

  it.each([
    ['nothing', ''],
    ['text', 'hello'],
    ['SVG', '<svg xmlns="http://www.w3.org/2000/svg" width="8" height="6"/>'],
    ['HTML', '<!doctype html>'],
    ['PDF', '%PDF-1.7\n'],
    ['ZIP', 'PK\x03\x04'],
    ['BMP', 'BM\x46\x00\x00\x00\x00\x00\x00\x00\x36\x00\x00\x00'],
    ['TIFF', 'II*\x00\x08\x00\x00\x00'],
    ['AVIF', '\x00\x00\x00\x1cftypavif\x00\x00\x00\x00'],
    ['HEIC', '\x00\x00\x00\x18ftypheic\x00\x00\x00\x00'],
    ['JPEG 2000', '\x00\x00\x00\x0cjP  \r\n\x87\n'],
    ['ICO', '\x00\x00\x01\x00\x01\x00'],
    ['WAV in RIFF', 'RIFF\x24\x00\x00\x00WAVEfmt '],
  ])('is refused: %s', (_, text) => {
    expect(problemOf(Buffer.from(text, 'latin1'))).toContain('is no PNG, JPEG, WebP or GIF');
  });

  it.each(['animatedWebp', 'animatedPng'] as const)('is refused: %s', (name) => {
    expect(problemOf(bytesOf(name))).toContain('animated');
  });
});

describe('a file that says one size and means another', () => {
  it('is a JPEG with a frame in a comment: the frame that decoders see counts', () => {
    // A fill byte before the comment's marker shifts a careless reader by one, right to what the comment holds.
    const comment = Buffer.alloc(0xfefe, 0x41);
    frame(8, 8).copy(comment, 0xfefc - 20);
    frame(8, 8).copy(comment, 0);
    const scan = Buffer.from([0xff, 0xda, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xff, 0xd9]);
    const head = Buffer.from([0xff, 0xd8, 0xff, 0xff, 0xfe, 0xff, 0x00]);

    expect(readHeader(Buffer.concat([head, comment, frame(20_000, 20_000), scan]))).toMatchObject({
      width: 20_000,
      height: 20_000,
    });
  });

  it.each<[string, (bytes: Buffer) => Buffer, 'jpeg' | 'png' | 'webpWithAlpha' | 'gif']>([
    [
      'a JPEG with a second frame',
      (bytes) => Buffer.concat([bytes.subarray(0, bytes.length - 2), frame(20_000, 20_000), Buffer.of(0xff, 0xd9)]),
      'jpeg',
    ],
    ['a PNG with a second header', () => blackPng(8, 6, [['IHDR', Buffer.alloc(13)]]), 'png'],
    ['a WebP whose picture is not its canvas', (bytes) => Buffer.from(bytes).fill(0x40, 24, 25), 'webpWithAlpha'],
    ['a GIF whose frame is larger than its canvas', (bytes) => Buffer.from(bytes).fill(4, 6, 7), 'gif'],
  ])('is refused: %s', (_, change, name) => {
    expect(problemOf(change(bytesOf(name)))).toContain('damaged');
  });

  it('is refused when a JPEG has its pixels gone over hundreds of times', () => {
    const bytes = bytesOf('greyJpeg');
    const at = bytes.indexOf(Buffer.from([0xff, 0xda]));
    const scan = bytes.subarray(at, bytes.length - 2);
    const scans = Buffer.concat(Array.from({ length: 500 }, () => scan));

    expect(problemOf(Buffer.concat([bytes.subarray(0, at), scans, Buffer.of(0xff, 0xd9)]))).toContain('damaged');
  });
});
