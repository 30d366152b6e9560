import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fakeClock } from '../../test/support/fake-clock.ts';
import { openJournal } from './journal.ts';
import type { JournalFile } from './journal-file.ts';
import { type JournalFolder, openJournalFolder } from './journal-folder.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'manifold-journal-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const start = (folder: JournalFolder, rotateBytes = 1_000_000) => {
  const clock = fakeClock();
  const log: string[] = [];
  const to = (level: string) => (_: object, message: string) => void log.push(`${level}: ${message}`);
  let failures = 0;
  const journal = openJournal({
    folder,
    clock,
    rotateBytes,
    syncWithinMs: 500,
    log: { info: to('info'), warn: to('warn'), error: to('error') },
    onFailure: () => failures++,
  });
  return { journal, clock, log, failures: () => failures };
};
const written = () =>
  readdirSync(directory)
    .toSorted()
    .map((name) => readFileSync(join(directory, name), 'utf8'))
    .join('');

/** A disk that fails as the test says. Stands in for a real one, which cannot be made to fail here. */
function failingFolder() {
  const state = { isFull: false, losesSyncs: false, syncs: 0, files: new Array<string[]>() };
  const folder: JournalFolder = {
    left: [],
    sync: async () => undefined,
    create: () => {
      const lines: string[] = [];
      state.files.push(lines);
      let size = 0;
      return {
        path: `file ${state.files.length}`,
        get size() {
          return size;
        },
        write(bytes) {
          if (state.isFull) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
          lines.push(bytes.toString());
          size += bytes.length;
        },
        async sync() {
          state.syncs += 1;
          if (state.losesSyncs) throw Object.assign(new Error('i/o error'), { code: 'EIO' });
        },
        close: () => undefined,
      } satisfies JournalFile;
    },
  };
  return { folder, state };
}

describe('the journal', () => {
  it('has a line in the file when it returns, readable by its owner only', () => {
    const { journal } = start(openJournalFolder(directory));

    journal.write('one\n');

    expect(written()).toBe('one\n');
    expect(statSync(join(directory, readdirSync(directory)[0]!)).mode & 0o777).toBe(0o600);
  });

  it('goes on in a new file when one is large enough, and lists both in their order', async () => {
    const { journal } = start(openJournalFolder(directory), 20);
    let lines = 0;
    for (; journal.parts().length < 4; lines++) {
      journal.write(`line ${lines}\n`);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }

    expect(
      journal
        .parts()
        .map(({ path }) => readFileSync(path, 'utf8'))
        .join(''),
    ).toBe(Array.from({ length: lines }, (_, line) => `line ${line}\n`).join(''));
    await journal.close();
  });

  it('begins after the files of an earlier process, which it lists first', async () => {
    const first = start(openJournalFolder(directory)).journal;
    first.write('earlier\n');
    const second = start(openJournalFolder(directory)).journal;
    second.write('later\n');

    expect(second.parts().map(({ size }) => size)).toEqual([8, 6]);
    expect(written()).toBe('earlier\nlater\n');
  });

  it('syncs what was written within half a second, once for many lines', async () => {
    const { folder, state } = failingFolder();
    const { journal, clock } = start(folder);

    for (let line = 0; line < 100; line++) journal.write(`${line}\n`);
    await clock.advance(499);
    expect(state.syncs).toBe(0);
    await clock.advance(1);

    expect(state.syncs).toBe(1);
  });

  it('answers all who wait for the disk with as few syncs as it can', async () => {
    const { folder, state } = failingFolder();
    const { journal } = start(folder);
    const waits = Array.from({ length: 50 }, (_, line) => {
      journal.write(`${line}\n`);
      return journal.synced();
    });

    await Promise.all(waits);

    // One for the first, one for all that came while it ran.
    expect(state.syncs).toBe(2);
  });

  it('that is closed writes nothing into a file that has its number since', async () => {
    const { journal, log } = start(openJournalFolder(directory));
    journal.write('one\n');
    await journal.close();
    const other = join(directory, 'other');
    const descriptor = openSync(other, 'w');

    journal.write('late\n');
    closeSync(descriptor);

    expect(readFileSync(other, 'utf8')).toBe('');
    expect(log).toEqual([expect.stringMatching(/^error: .*cannot be written/)]);
  });

  it('closes its file once the sync of it has ended that runs', async () => {
    const { folder } = failingFolder();
    const asked = Promise.withResolvers<void>();
    const ended = Promise.withResolvers<void>();
    let isClosed = false;
    const create = (): JournalFile => ({
      ...folder.create(),
      sync() {
        asked.resolve();
        return ended.promise;
      },
      close: () => void (isClosed = true),
    });
    const { journal, clock } = start({ ...folder, create });
    journal.write('one\n');
    await clock.advance(500);
    await asked.promise;

    const closing = journal.close();
    await clock.advance(0);
    expect(isClosed).toBe(false);

    ended.resolve();
    await closing;
    expect(isClosed).toBe(true);
  });
});

describe('a full disk', () => {
  it('is told once, held out in memory, and made up for in order when there is room', async () => {
    const { folder, state } = failingFolder();
    const { journal, clock, log, failures } = start(folder);
    journal.write('before\n');
    state.isFull = true;

    for (let line = 0; line < 2500; line++) journal.write(`${line}\n`);
    await clock.advance(3000);

    expect(journal.heldLines()).toBe(2500);
    expect(log).toEqual([expect.stringMatching(/^error: .*held in memory/)]);
    expect(failures()).toBeGreaterThan(2);

    state.isFull = false;
    await clock.advance(1000);

    expect(journal.heldLines()).toBe(0);
    expect(state.files.flat().join('')).toBe(
      `before\n${Array.from({ length: 2500 }, (_, line) => `${line}\n`).join('')}`,
    );
    expect(log.at(-1)).toMatch(/^info: .*written again/);
  });

  it('at the end is told with how much is lost', async () => {
    const { folder, state } = failingFolder();
    const { journal, log, clock } = start(folder);
    state.isFull = true;
    journal.write('lost\n');

    await journal.close();

    expect(log.at(-1)).toMatch(/^error: usage is lost/);
    await clock.advance(60_000);
    expect(clock.waiting()).toBe(0);
  });
});

describe('a disk that loses what it was given', () => {
  it('is given it again in a new file, since the first one cannot be relied on', async () => {
    const { folder, state } = failingFolder();
    const { journal, log, failures } = start(folder);
    journal.write('one\n');
    state.losesSyncs = true;

    await journal.synced();
    state.losesSyncs = false;
    journal.write('two\n');
    await journal.synced();

    expect(state.files.map((lines) => lines.join(''))).toEqual(['one\n', 'one\ntwo\n']);
    expect(failures()).toBe(1);
    expect(log[0]).toMatch(/^error: .*written again/);
  });

  it('is given it again however much it was', async () => {
    const { folder, state } = failingFolder();
    const { journal } = start(folder, 10_000_000);
    const lines = Array.from({ length: 200_000 }, (_, line) => `${line}\n`);
    for (const line of lines) journal.write(line);
    state.losesSyncs = true;

    await journal.synced();

    expect(state.files.at(-1)?.join('') === lines.join('')).toBe(true);
  });
});
