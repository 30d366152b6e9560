import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { readableLines, type ReadableLinesOptions } from './readable-lines.ts';

function linesOf(log: (logger: ReturnType<typeof createLogger>) => void, options: ReadableLinesOptions): string {
  let text = '';
  const destination = { write: (part: string) => void (text += part) };
  log(createLogger('debug', readableLines(destination, options)));
  return text;
}

test('a record is one line: time of day, level, what happened, fields by name', () => {
  const text = linesOf((logger) => logger.info({ model: 'a/b-c', status: 200, ms: 1.5, at: ['a', 'b'] }, 'request'), {
    isTerminal: false,
  });
  expect(text).toMatch(/^\d\d:\d\d:\d\d info {2}request model=a\/b-c status=200 ms=1.5 at=\["a","b"\]\n$/);
});

test('of what has parts of its own there is the reason; that and what says nothing are left to the JSON', () => {
  const offload = { layers: 0, reason: 'no GPU' };
  const fields = { engine: 'm', need: { weights: 1 }, offload, steps: [{ tokens: 1 }], shrunk: null, threads: 1 };
  const text = linesOf((logger) => logger.info(fields, 'model loaded'), { isTerminal: false });
  expect(text).toMatch(/ model loaded engine=m offload="no GPU" threads=1\n$/);
});

test('an error shows its message beside the fields and its trace below them', () => {
  const text = linesOf((logger) => logger.error({ err: new Error('no disk'), keyId: 'k' }, 'failed'), {
    isTerminal: false,
  });
  expect(text).toMatch(/^\S+ error failed keyId=k error="no disk"\n( {4}at .+\n)+$/);
});

test.each([
  ['an escape sequence', '\u001b[2Jgone'],
  ['a control of eight bits', '\u009b2J'],
  ['a line', 'one\ntwo'],
  ['a mark of direction', 'a\u202eb'],
])('%s of a client does not reach the terminal', (_, model) => {
  const text = linesOf((logger) => logger.info({ model }, model), { isTerminal: false });
  expect(text.trimEnd()).not.toMatch(/[\p{Cc}\p{Cf}]/u);
});

test('a value with spaces, quotes or nothing in it stands in quotes', () => {
  const text = linesOf((logger) => logger.warn({ a: 'b c', d: '"', e: '' }, 'x'), { isTerminal: false });
  expect(text).toMatch(/ warn {2}x a="b c" d="\\"" e=""\n$/);
});

test('on a terminal a line takes the place of unfinished progress, in colours unless they are not wanted', () => {
  const log = (logger: ReturnType<typeof createLogger>) => logger.info({ a: 1 }, 'x');
  const shown = linesOf(log, { isTerminal: true }).replaceAll('\u001b', 'ESC');
  expect(shown).toMatch(/^\rESC\[2KESC\[2m\d\d:\S+ESC\[0m ESC\[32minfo /);
  const bare = linesOf(log, { isTerminal: true, noColour: true }).replaceAll('\u001b', 'ESC');
  expect(bare).toMatch(/^\rESC\[2K\d\d:\S+ info {2}x a=1\n$/);
});
