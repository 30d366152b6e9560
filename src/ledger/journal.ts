import { shareRuns } from '../lib/share-runs.ts';
import type { JournalFolder, JournalPart } from './journal-folder.ts';
import { createJournalWriter } from './journal-writer.ts';
import type { LedgerParts } from './ledger-parts.ts';

/** Lines on their way into the database, kept in files that outlive the process. */
export interface Journal {
  /**
   * Writes lines; once this returns, the kernel has them. Never throws: a line that cannot be written is held in memory
   * and written as soon as that is possible, in its turn.
   */
  write(...lines: readonly string[]): void;
  /** Resolves once what was written before is on the disk, or one attempt at that has failed, which was logged. */
  synced(): Promise<void>;
  /** Lines that are in memory only, since the disk does not take them. */
  heldLines(): number;
  /** Goes on in a new file where the last one holds anything. Rejects with what the file system says when it cannot. */
  renew(): Promise<void>;
  /** The files that are there, oldest first; the last one is still written to. */
  parts(): readonly JournalPart[];
  /** No longer lists the oldest file, which must not be the last one. */
  forgetOldest(): void;
  /** Writes and syncs what is held, and closes the files. */
  close(): Promise<void>;
}

interface JournalOptions extends LedgerParts {
  readonly folder: JournalFolder;
  /** Size after which the next file is begun. */
  readonly rotateBytes: number;
  /** How long a written line waits for its sync at most. */
  readonly syncWithinMs: number;
}

/** How long a disk that has failed is left alone. */
const retryMs = 1000;
/** Lines that are written with one call when held ones are made up for. */
const mostAtOnce = 1000;

/** Begins a new file. Throws what the file system says when it cannot. */
export function openJournal({ folder, log, clock, onFailure, rotateBytes, syncWithinMs }: JournalOptions): Journal {
  const writer = createJournalWriter({
    folder,
    rotateBytes,
    onTrouble: (err) => log.warn({ err }, 'the next file of the usage journal cannot be made yet'),
  });
  let held: string[] = [];
  let isFailing = false;
  let isClosed = false;
  let callOffRetry: (() => void) | undefined;
  let callOffSync: (() => void) | undefined;

  const failed = (err: unknown) => {
    onFailure('journal');
    if (!isFailing) log.error({ err }, 'the usage journal cannot be written: usage is held in memory');
    isFailing = true;
    if (isClosed) return;
    callOffRetry ??= clock.after(retryMs, () => {
      callOffRetry = undefined;
      writeHeld();
    });
  };

  const writeHeld = () => {
    while (held.length > 0) {
      const some = held.slice(0, mostAtOnce);
      try {
        writer.write(some.join(''));
      } catch (err) {
        return failed(err);
      }
      held.splice(0, some.length);
    }
    if (isFailing) log.info({}, 'the usage journal is written again');
    isFailing = false;
    callOffSync ??= clock.after(syncWithinMs, () => void synced());
  };

  const sync = shareRuns(async () => {
    callOffSync?.();
    callOffSync = undefined;
    const { lost, cause } = await writer.sync();
    if (lost.length === 0) return;
    onFailure('journal');
    log.error({ err: cause }, 'the disk may have lost a part of the usage journal, which is written again');
    held = [...lost, ...held];
    writeHeld();
  });
  const synced = async () => {
    if (writer.hasUnsynced()) await sync();
  };

  return {
    write(...lines) {
      held.push(...lines);
      // While the disk fails, the retry is the one that tries.
      if (!isFailing) writeHeld();
    },
    synced,
    heldLines: () => held.length,
    renew: () => writer.renew(),
    parts: () => writer.parts(),
    forgetOldest: () => writer.forgetOldest(),
    async close() {
      isClosed = true;
      writeHeld();
      // Also one that runs: a file is not closed under it. A disk that goes on failing would never be done.
      await sync();
      writeHeld();
      for (let more = 0; more < 3 && writer.hasUnsynced(); more++) await sync();
      callOffRetry?.();
      callOffSync?.();
      if (held.length > 0) log.error({ lines: held.length }, 'usage is lost: its journal could not be written');
      writer.close();
    },
  };
}
