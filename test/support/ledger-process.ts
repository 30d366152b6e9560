import { openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setImmediate as nextRound, setTimeout as pause } from 'node:timers/promises';
import { migrations } from '../../src/ledger/migrations.ts';
import { openLedger } from '../../src/ledger/open-ledger.ts';
import { createSystemClock } from '../../src/lib/clock.ts';
import { openStore } from '../../src/store/store.ts';

/**
 * A program that only keeps a ledger: made-up requests, several at a time, until somebody kills it. What clients and the
 * engine would know is written into a file beside, so that it outlives the program too, one line each:
 * `open <id>`, `made <id> <tokens>` before the next token, `seen <id> <tokens>` once a checkpoint has been put down,
 * `done <id> <tokens>` after the record was appended. Arguments: directory, name of this life, and `-` to tell it on the
 * standard output.
 */
const requestsAtOnce = 4;
/** After so long a checkpoint has surely been put down. */
const putDownMs = 150;
const [directory = '', life = '', where = join(directory, `reports.${life}`)] = process.argv.slice(2);
const reports = where === '-' ? 1 : openSync(where, 'a');
const tell = (line: string) => write(reports, `${line}\n`);
const log = (level: string) => (facts: object, message: string) => {
  const { err } = facts as { err?: Error };
  write(1, `${JSON.stringify({ level, message, ...facts, err: err?.message })}\n`);
};

const store = await openStore({ file: join(directory, 'manifold.db'), isCheckedAfterCrash: true });
await store.migrate('ledger', migrations);
const ledger = await openLedger({
  store,
  directory,
  sync: 'group',
  onWriteError: 'refuse',
  retention: { recordDays: 1000, hourlyDays: 1000 },
  rotateBytes: 64 * 1024,
  clock: createSystemClock(),
  log: { info: log('info'), warn: log('warn'), error: log('error') },
  onFailure: () => undefined,
});
write(1, 'ready\n');

let last = 0;
await Promise.all(
  Array.from({ length: requestsAtOnce }, async () => {
    for (;;) {
      await request(`${life}-${++last}`).catch((failure: unknown) => tell(`refused ${String(failure)}`));
      await nextRound();
    }
  }),
);

async function request(id: string): Promise<void> {
  const facts = {
    id,
    at: Date.now(),
    keyId: `key_${last % 3}`,
    team: 'team',
    model: 'm',
    engine: 'e',
    endpoint: '/v1',
  };
  ledger.open({ ...facts, most: { promptTokens: 100, completionTokens: 60, costNanos: 0 } });
  tell(`open ${id}`);
  const length = Math.floor(Math.random() * 60);
  const used = { promptTokens: 10, cachedTokens: 0, reasoningTokens: 0, costNanos: 0 };
  for (let tokens = 1; tokens <= length; tokens++) {
    tell(`made ${id} ${tokens}`);
    if (tokens % 8 === 0) {
      ledger.checkpoint({ id, seenAt: Date.now(), ...used, completionTokens: tokens });
      setTimeout(() => tell(`seen ${id} ${tokens}`), putDownMs);
    }
    if (Math.random() < 0.3) await nextRound();
    // Some take so long that what they have used so far is put down.
    if (Math.random() < 0.003) await pause(2 * putDownMs);
  }
  await ledger.append({
    ...facts,
    ...used,
    completionTokens: length,
    status: 200,
    ttftMs: null,
    durationMs: 1,
    finishReason: 'stop',
    errorCode: null,
    isMeasured: true,
  });
  tell(`done ${id} ${length}`);
}

/** Returns when the kernel has all of it: a pipe may take it only when somebody has read. */
function write(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (failure) {
      if ((failure as NodeJS.ErrnoException).code !== 'EAGAIN') throw failure;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 1);
    }
  }
}
