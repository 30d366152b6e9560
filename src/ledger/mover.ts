import { appendFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { shareRuns } from '../lib/share-runs.ts';
import { SqliteFailure, sqliteCode } from '../store/sqlite-failure.ts';
import type { Journal } from './journal.ts';
import type { JournalLine } from './journal-line.ts';
import type { LedgerParts } from './ledger-parts.ts';
import { readStretch } from './read-journal.ts';

/** Brings the journal into the database, file after file, and removes files that are in it whole. */
export interface Mover {
  /** Says that there is something new. It is moved soon. */
  nudge(): void;
  /** Resolves once what was written before is in the database; rejects when the database does not take it. */
  drain(): Promise<void>;
  /** Nothing is moved from now on but by `drain`. */
  stop(): void;
}

interface MoverOptions extends LedgerParts {
  readonly journal: Pick<Journal, 'parts' | 'forgetOldest'>;
  /** Puts lines into the database, all or none; again and again the same without harm. */
  readonly insert: (lines: readonly JournalLine[]) => Promise<void>;
  /** Where lines are set aside that the database refuses for what they say. */
  readonly directory: string;
  readonly everyMs?: number;
}

/** About 700 lines: some 2 ms of this thread. */
const bytesAtOnce = 256 * 1024;
const mostWaitMs = 30_000;

export function createMover(options: MoverOptions): Mover {
  const { journal, insert, directory, log, clock, onFailure, everyMs = 200 } = options;
  let position = { path: '', offset: 0 };
  let waitMs = everyMs;
  let callOff: (() => void) | undefined;
  let isStopped = false;

  /** Moves the next stretch; false when there is none. */
  const moveSome = async (): Promise<boolean> => {
    const [part, following] = journal.parts();
    if (part === undefined) return false;
    const from = position.path === part.path ? position.offset : 0;
    if (from < part.size) {
      const { lines, damaged, end } = await readStretch(part, from, bytesAtOnce);
      if (damaged > 0) log.warn({ file: part.path, lines: damaged }, 'damaged lines of the usage journal are skipped');
      if (lines.length > 0) await put(lines);
      position = { path: part.path, offset: end };
      return true;
    }
    if (following === undefined) return false;
    await rm(part.path, { force: true });
    journal.forgetOldest();
    return true;
  };

  /** One line that the database will never take must not keep all others out. */
  const put = async (lines: readonly JournalLine[]): Promise<void> => {
    try {
      await insert(lines);
    } catch (failure) {
      if (!isAboutValues(failure)) throw failure;
      const [first] = lines;
      if (lines.length > 1) {
        const half = Math.ceil(lines.length / 2);
        await put(lines.slice(0, half));
        await put(lines.slice(half));
      } else if (first) {
        onFailure('database');
        const file = join(directory, 'usage.refused');
        appendFileSync(file, `${first.kind} ${first.json}\n`, { mode: 0o600 });
        log.error({ err: failure, file }, 'the database refuses a line of the usage journal, which is set aside');
      }
    }
  };

  const drain = shareRuns(async () => {
    // What comes while this runs is left to the next run: under load there is always more.
    const goal = journal.parts().at(-1);
    const isReached = () => position.path === goal?.path && position.offset >= goal.size;
    while (!isReached() && (await moveSome()));
  });

  const nudge = () => {
    if (isStopped) return;
    callOff ??= clock.after(waitMs, () => {
      callOff = undefined;
      void drain().then(
        () => (waitMs = everyMs),
        (err: unknown) => {
          onFailure('database');
          if (waitMs === everyMs) log.error({ err }, 'usage stays in its journal: the database does not take it');
          waitMs = Math.min(Math.max(waitMs * 2, 1000), mostWaitMs);
          nudge();
        },
      );
    });
  };

  return {
    nudge,
    drain,
    stop() {
      isStopped = true;
      callOff?.();
    },
  };
}

/** Whether the same lines would be refused for ever. */
function isAboutValues(failure: unknown): boolean {
  const codes: readonly (number | undefined)[] = [sqliteCode.constraint, sqliteCode.mismatch];
  return failure instanceof SqliteFailure && codes.includes(failure.code);
}
