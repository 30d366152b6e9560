import { setImmediate as nextRound } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { JournalFile } from './journal-file.ts';
import { createJournalWriter } from './journal-writer.ts';

/** Files in memory, numbered as they are made, on a disk that does as the test says. */
function memoryFolder() {
  const state = {
    files: new Array<string>(),
    syncFile: async (): Promise<void> => undefined,
    syncNames: async (): Promise<void> => undefined,
  };
  const create = (): JournalFile => {
    const number = state.files.push('') - 1;
    return {
      path: String(number),
      get size() {
        return state.files[number]?.length ?? 0;
      },
      write: (bytes) => void (state.files[number] += bytes.toString()),
      sync: () => state.syncFile(),
      close: () => undefined,
    };
  };
  return { state, folder: { left: [], create, sync: () => state.syncNames() } };
}

const lose = async () => {
  throw new Error('i/o error');
};

describe('after a loss', () => {
  const numbers = (parts: readonly { readonly path: string }[]) => parts.map(({ path }) => Number(path));

  it.each(['was made ready', 'is being made ready'])(
    'goes on in the file that %s, so that numbers grow',
    async (how) => {
      const { state, folder } = memoryFolder();
      const named = Promise.withResolvers<void>();
      state.syncNames = () => (how === 'was made ready' ? Promise.resolve() : named.promise);
      const writer = createJournalWriter({ folder, rotateBytes: 8, onTrouble: () => undefined });
      writer.write('first\n');
      await nextRound();

      state.syncFile = lose;
      await writer.sync();
      writer.write('second\n');
      named.resolve();
      await nextRound();
      writer.write('third\n');
      await nextRound();
      writer.write('fourth\n');

      expect(numbers(writer.parts())).toEqual([0, 1, 2]);
      expect(state.files.slice(0, 3)).toEqual(['first\n', 'second\nthird\n', 'fourth\n']);
    },
  );
});

describe('a loss', () => {
  it('may be of what was written meanwhile, too: no later sync would tell', async () => {
    const { state, folder } = memoryFolder();
    const writer = createJournalWriter({ folder, rotateBytes: 1000, onTrouble: () => undefined });
    const syncing = Promise.withResolvers<void>();
    state.syncFile = () => syncing.promise;
    writer.write('before\n');
    const synced = writer.sync();
    writer.write('meanwhile\n');
    syncing.reject(new Error('i/o error'));

    expect((await synced).lost).toEqual(['before\n', 'meanwhile\n']);
    expect(writer.hasUnsynced()).toBe(false);
  });
});

describe('a next file whose name does not come to the disk', () => {
  it('is told, and is the one that is tried again', async () => {
    const { state, folder } = memoryFolder();
    let troubles = 0;
    const writer = createJournalWriter({ folder, rotateBytes: 8, onTrouble: () => troubles++ });
    state.syncNames = lose;
    for (let round = 0; round < 5; round++) {
      writer.write('first\n');
      // oxlint-disable-next-line no-await-in-loop -- what was begun ends
      await nextRound();
    }
    expect(troubles).toBe(5);
    expect(state.files).toHaveLength(2);

    state.syncNames = async () => undefined;
    writer.write('first\n');
    await nextRound();
    writer.write('second\n');

    expect(state.files[1]).toBe('second\n');
  });
});
