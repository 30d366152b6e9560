import { rm } from 'node:fs/promises';
import { ManifoldError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { createCheckpoints } from './checkpoints.ts';
import { insertLines } from './insert-lines.ts';
import { openJournal } from './journal.ts';
import { openJournalFolder } from './journal-folder.ts';
import { writeLine } from './journal-line.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { createMover } from './mover.ts';
import { readUsage } from './read-usage.ts';
import { keepTidy, type Retention } from './retention.ts';
import { settleOpen } from './settle-open.ts';
import type { UsageLedger } from './usage-ledger.ts';
import type { UsageRecord } from './usage-record.ts';
import { usedWithin } from './used-within.ts';

interface LedgerOptions extends LedgerParts {
  /** With the ledger's tables in it. */
  readonly store: Store;
  /** Where the journal lies. One process at a time may have it. */
  readonly directory: string;
  /** `full`: `append` resolves when the record is on the disk. `group`: it is there within a second. */
  readonly sync: 'group' | 'full';
  /** While the journal cannot be written: `serve` on as long as memory holds what is used, or `refuse` requests at once. */
  readonly onWriteError: 'serve' | 'refuse';
  readonly retention: Retention;
  /** Lines that are held in memory before requests are refused. */
  readonly mostHeldLines?: number;
  readonly rotateBytes?: number;
}

const syncWithinMs = 500;
const checkpointWithinMs = 100;
const mostRows = 10_000;
/** Who asks for usage waits for one thread; who leaves meanwhile goes on waiting there. */
const mostQuestions = 256;

/**
 * Opens the ledger, brings what an earlier process has left into the database, and settles what was open when it died.
 * Throws `configuration_invalid` when the directory or the database cannot be used.
 */
export async function openLedger(options: LedgerOptions): Promise<UsageLedger> {
  const { store, directory, log, clock, onFailure, retention } = options;
  const { mostHeldLines = 50_000, rotateBytes = 8 * 1024 * 1024 } = options;
  const parts = { log, clock, onFailure };
  const folder = openJournalFolder(directory);
  const journal = openJournal({ ...parts, folder, rotateBytes, syncWithinMs });
  await folder.sync();
  const mover = createMover({ ...parts, journal, directory, insert: (lines) => insertLines(store, lines) });

  await mover.drain();
  const died = await settleOpen(store);
  const left = folder.left.filter(({ size }) => size > 0).length;
  if (left > 0 || died > 0) {
    log.warn({ files: left, died }, 'usage that the last process had not settled is in the ledger now');
  }

  // A line whose record was removed would be new to the database, and summed again, should the next start find it.
  const tidying = keepTidy(store, retention, parts, async () => {
    await journal.renew();
    await mover.drain();
    await folder.sync();
  });
  const mostHeld = options.onWriteError === 'refuse' ? 1 : mostHeldLines;
  let questions = 0;
  /** Without its record each would count with the most it could use. */
  const openIds = new Set<string>();
  const write = (...lines: readonly string[]) => {
    journal.write(...lines);
    mover.nudge();
  };
  const checkpoints = createCheckpoints({
    clock,
    withinMs: checkpointWithinMs,
    putDown: (all) => write(...all.map((used) => writeLine('used', used))),
  });

  return {
    append(record) {
      checkpoints.forget(record.id);
      const wasOpen = openIds.delete(record.id);
      // While the disk is full, who goes on asking must not fill the memory with refusals.
      if (!wasOpen && journal.heldLines() >= mostHeldLines && usesNothing(record)) return onFailure('journal');
      write(writeLine('record', record));
      return options.sync === 'full' ? journal.synced() : undefined;
    },
    open(request) {
      if (journal.heldLines() >= mostHeld) {
        throw new ManifoldError('storage_unavailable', 'The server cannot keep what a request uses; try again later.', {
          retryAfterSeconds: 5,
        });
      }
      openIds.add(request.id);
      write(writeLine('open', request));
    },
    checkpoint: (used) => checkpoints.note(used),
    async usage(query) {
      if (questions >= mostQuestions) {
        throw new ManifoldError('storage_unavailable', 'Too many ask now what was used; try again shortly.', {
          retryAfterSeconds: 1,
        });
      }
      questions += 1;
      try {
        await drained();
        return await readUsage(store, query, mostRows);
      } finally {
        questions -= 1;
      }
    },
    async usedWithin(days) {
      await drained();
      return usedWithin(store, days);
    },
    async close() {
      await tidying.stop();
      mover.stop();
      checkpoints.stop();
      await journal.close();
      try {
        await mover.drain();
        const [last] = journal.parts();
        if (last) await rm(last.path, { force: true });
      } catch (err) {
        log.error({ err }, 'usage stays in its journal until the next start: the database does not take it');
      }
    },
  };

  async function drained(): Promise<void> {
    const failed = (cause?: unknown) =>
      new ManifoldError('storage_unavailable', 'The ledger cannot be read up to now; try again later.', { cause });
    if (journal.heldLines() > 0) throw failed();
    await mover.drain().catch((cause: unknown) => {
      throw failed(cause);
    });
  }
}

function usesNothing({ promptTokens, completionTokens, costNanos }: UsageRecord): boolean {
  return promptTokens === 0 && completionTokens === 0 && costNanos === 0;
}
