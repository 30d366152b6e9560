import { describe, expect, it } from 'vitest';
import { readLines, writeLine } from './journal-line.ts';

const value = { id: 'req_1', model: 'mödel\n"quoted"' };

describe('a line of the journal', () => {
  it('is read as it was written, whatever it holds', () => {
    const { lines, damaged } = readLines(Buffer.from(writeLine('record', value) + writeLine('open', {})));

    expect(damaged).toBe(0);
    expect(lines.map(({ kind, json }) => [kind, JSON.parse(json)])).toEqual([
      ['record', value],
      ['open', {}],
    ]);
  });

  it('is left out when it was torn at any place, and what follows is read', () => {
    const line = Buffer.from(writeLine('record', value));
    const next = Buffer.from(writeLine('used', { id: 'req_2' }));

    for (let length = 1; length < line.length; length++) {
      const torn = line.subarray(0, length);
      const before = Buffer.concat([torn, Buffer.from('\n'), next]);
      // Without its last byte, and a line's end in that place, it is whole.
      const isWhole = length === line.length - 1;
      expect(readLines(before)).toMatchObject({ damaged: isWhole ? 0 : 1, lines: { length: isWhole ? 2 : 1 } });
      expect(readLines(Buffer.concat([next, torn]))).toMatchObject({ damaged: 1, lines: [{ kind: 'used' }] });
    }
  });

  it('is left out when one of its bits was changed', () => {
    const line = Buffer.from(writeLine('record', { id: 'req_1', tokens: 12345 }));

    for (let bit = 0; bit < (line.length - 1) * 8; bit++) {
      const spoilt = Buffer.from(line);
      spoilt[bit >> 3]! ^= 1 << (bit & 7);
      const { lines } = readLines(spoilt);
      // The case of a hex digit says nothing.
      const isSame = spoilt.toString('latin1').toLowerCase() === line.toString('latin1').toLowerCase() && bit < 64;
      expect(lines).toHaveLength(isSame ? 1 : 0);
    }
  });

  it('is no line of zeros, as a power cut leaves them', () => {
    const { lines, damaged } = readLines(Buffer.concat([Buffer.alloc(4096), Buffer.from('\n')]));

    expect({ lines: lines.length, damaged }).toEqual({ lines: 0, damaged: 1 });
  });
});
