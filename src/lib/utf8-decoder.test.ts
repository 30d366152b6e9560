import { describe, expect, it } from 'vitest';
import { Utf8Decoder } from './utf8-decoder.ts';

const sample = 'Aé€🎉ß漢字 \u{10FFFF}';

describe('the decoder', () => {
  it('returns the same text wherever the bytes are cut', () => {
    const bytes = Buffer.from(sample);
    for (let cut = 0; cut <= bytes.length; cut++) {
      const decoder = new Utf8Decoder();

      expect(decoder.push(bytes.subarray(0, cut)) + decoder.push(bytes.subarray(cut))).toBe(sample);
    }
  });

  it('delivers whole characters only, byte by byte', () => {
    const decoder = new Utf8Decoder();
    const pieces = [...Buffer.from(sample)].map((byte) => decoder.push(Uint8Array.of(byte)));

    expect(pieces.join('')).toBe(sample);
    expect(pieces.join('')).not.toContain('\uFFFD');
  });

  it.each([
    ['a lone continuation byte', [0x41, 0x80, 0x42], 'AB'],
    ['an overlong form', [0x41, 0xc0, 0xaf, 0x42], 'AB'],
    ['a surrogate', [0x41, 0xed, 0xa0, 0x80, 0x42], 'AB'],
    ['a value beyond Unicode', [0x41, 0xf5, 0x80, 0x80, 0x80, 0x42], 'AB'],
    ['a character that another interrupts', [0xe2, 0x82, 0x41, 0xc3, 0xa9], 'Aé'],
  ])('drops %s', (_name, bytes, text) => {
    expect(new Utf8Decoder().push(Uint8Array.from(bytes))).toBe(text);
  });

  it('passes a replacement character that the model wrote itself', () => {
    expect(new Utf8Decoder().push(Buffer.from('\uFFFD'))).toBe('\uFFFD');
  });
});
