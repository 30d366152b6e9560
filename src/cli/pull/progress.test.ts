import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Clock } from '../../lib/clock.ts';
import { createPullProgress } from './progress.ts';

function watched(isTTY: boolean) {
  let now = 0;
  let text = '';
  const clock: Clock = { now: () => now, after: () => () => undefined };
  const stderr = Object.assign(new PassThrough(), { isTTY });
  stderr.on('data', (bytes: Buffer) => (text += bytes.toString()));
  const progress = createPullProgress(stderr, clock);
  return {
    progress,
    text: () => text,
    at: (ms: number, bytes: number, { isLengthKnown = true } = {}) => {
      now = ms;
      progress.show({ kind: 'progress', file: 'a.gguf', bytes, totalBytes: isLengthKnown ? 4_000_000 : undefined });
    },
  };
}

describe('the progress of a pull', () => {
  it('is one line on a terminal, with speed and what is left', () => {
    const { progress, at, text } = watched(true);

    at(0, 0);
    at(50, 500_000);
    at(1000, 1_000_000);
    progress.end();

    expect(text()).toBe(
      '\r\u001b[2K[........................] 0%  0 bytes of 4.00 MB' +
        '\r\u001b[2K[######..................] 25%  1.00 MB of 4.00 MB  1.00 MB/s  3 s left\n',
    );
  });

  it('is a line now and then elsewhere, and one at the end', () => {
    const { at, text } = watched(false);

    for (let ms = 0; ms < 12_000; ms += 100) at(ms, ms * 100);
    at(12_000, 4_000_000);

    expect(text().trim().split('\n')).toEqual([
      expect.stringMatching(/^12% {2}500 kB of 4\.00 MB/),
      expect.stringMatching(/^25% {2}1\.00 MB of 4\.00 MB {2}100 kB\/s {2}30 s left$/),
      expect.stringMatching(/^100% {2}4\.00 MB of 4\.00 MB/),
    ]);
  });

  it('without a length shows what came', () => {
    const { at, text } = watched(true);

    at(0, 1000, { isLengthKnown: false });

    expect(text()).toBe('\r\u001b[2K1.00 kB');
  });

  it('gives what happens in between a line of its own', () => {
    const { progress, at, text } = watched(true);

    at(0, 0);
    progress.show({ kind: 'retrying', file: 'a.gguf', reason: 'The connection broke.', seconds: 4 });
    progress.show({ kind: 'waiting', file: 'a.gguf', pid: 12 });

    expect(text()).toMatch(/4\.00 MB\nThe connection broke\. Trying again in 4 s\.\nAnother pull \(process 12\)/);
  });
});
