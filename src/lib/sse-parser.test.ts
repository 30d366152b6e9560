import { describe, expect, it } from 'vitest';
import { parseEventStream } from './sse-parser.ts';

async function parse(chunks: Uint8Array[]): Promise<string[]> {
  async function* source() {
    yield* chunks;
  }
  return Array.fromAsync(parseEventStream(source()));
}

const text = 'data: {"a":"é🎉"}\n\n: ping\n\ndata:two\r\ndata: lines\r\n\r\nevent: x\rdata: cr\r\rdata: [DONE]\n\n';
const events = ['{"a":"é🎉"}', 'two\nlines', 'cr', '[DONE]'];

describe('an event stream', () => {
  it('is read the same wherever its bytes are cut', async () => {
    const bytes = Buffer.from(text);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await parse([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(events);
    }
    expect(await parse([...bytes].map((byte) => Uint8Array.of(byte)))).toEqual(events);
  });

  it('may begin with a byte order mark, and with no other', async () => {
    const bytes = Buffer.from('\uFEFFdata: one\n\n\uFEFFdata: none\n\ndata: two\n\n');
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(await parse([bytes.subarray(0, cut), bytes.subarray(cut)])).toEqual(['one', 'two']);
    }
  });

  it('does not deliver an event that was cut off', async () => {
    expect(await parse([Buffer.from('data: whole\n\ndata: cut')])).toEqual(['whole']);
  });

  it('skips fields that it does not know, and refuses one that is damaged', async () => {
    expect(await parse([Buffer.from('id: 1\nfoo: x\nbar\ndata: whole\n\n')])).toEqual(['whole']);
    await expect(parse([Buffer.from('data: one\n\n\0\0\0\0\0 lost\n\n')])).rejects.toThrow('damaged');
  });

  it('refuses a line without end', async () => {
    const endless = Array.from({ length: 200 }, () => Buffer.alloc(1 << 16, 0x61));

    await expect(parse(endless)).rejects.toThrow('too long');
  });

  it('refuses an event without end, and counts no two together', async () => {
    const line = `data: ${'x'.repeat(4000)}\n`;
    const lines = (each: string) => Array.from({ length: 3000 }, () => Buffer.from(each));

    await expect(parse(lines(line))).rejects.toThrow('An event of the stream is too long');
    expect(await parse(lines(`${line}\n`))).toHaveLength(3000);
  });
});
