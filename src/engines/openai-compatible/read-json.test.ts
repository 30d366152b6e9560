import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setImmediate, setTimeout } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { leastOf } from '../../../test/support/least-of.ts';
import { readJson } from './read-json.ts';

/** A text as it comes from a socket. */
async function* pieces(text: string | Buffer): AsyncGenerator<Uint8Array> {
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  for (let from = 0; from < bytes.length; from += 65_536) {
    yield bytes.subarray(from, from + 65_536);
    // oxlint-disable-next-line no-await-in-loop -- one after the other
    await setImmediate();
  }
}

function parsedInMs(text: string): number {
  const startedAt = performance.now();
  JSON.parse(text);
  return performance.now() - startedAt;
}

describe('an answer that is JSON', () => {
  it('is read whatever its length, and wherever it is cut', async () => {
    const short = { text: 'Café 🎉' };
    const long = { text: 'Café 🎉'.repeat(300_000), list: [1, null, 'x'] };

    expect(await readJson(pieces(JSON.stringify(short)))).toEqual(short);
    expect(await readJson(pieces(JSON.stringify(long)))).toEqual(long);
  });

  it.each(['{"a":', `{"a":"${'x'.repeat(2_000_000)}`])('that is none is the engine’s error', async (text) => {
    await expect(readJson(pieces(text))).rejects.toMatchObject({ code: 'engine_error' });
  });

  it('that is longer than any answer is refused before its end', async () => {
    let sent = 0;
    const endless = async function* () {
      for (;;) {
        sent++;
        yield Buffer.alloc(8 << 20, 32);
      }
    };

    await expect(readJson(endless())).rejects.toMatchObject({ code: 'engine_error' });
    expect(sent).toBe(9);
  });

  it('that breaks off breaks as its connection did', async () => {
    const broken = async function* () {
      yield Buffer.alloc(2 << 20, 32);
      throw new Error('lost');
    };

    await expect(readJson(broken())).rejects.toThrow('lost');
  });

  it('of many megabytes leaves the event loop to others', async () => {
    const text = JSON.stringify({ list: Array.from({ length: 20 }, () => '\\"'.repeat(400_000)) });
    const bytes = Buffer.from(text);
    await readJson(pieces(bytes));
    // What comes of it is copied here in any case; to be parsed here it would have to be decoded, too.
    const bound = 0.8 * Math.min(...Array.from({ length: 5 }, () => parsedInMs(text)));
    const delay = monitorEventLoopDelay({ resolution: 1 });
    delay.enable();
    const late = await leastOf(bound, async () => {
      delay.reset();
      await readJson(pieces(bytes));
      // How late others were is noted when their turn comes.
      await setTimeout(5);
      return delay.max / 1e6;
    });
    delay.disable();

    expect(late).toBeLessThan(bound);
  });
});
