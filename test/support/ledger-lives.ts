import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { LedgerTables } from '../../src/ledger/tables.ts';
import { allTime, openTestLedger } from './usage.ts';

export const ledgerProgram = fileURLToPath(new URL('./ledger-process.ts', import.meta.url));

/** Milliseconds after its start, or after it has begun to take requests, or so many requests done, at which a process is killed. */
export type Death = { readonly afterStart: number } | { readonly afterReady: number } | { readonly afterDone: number };

/** Starts the program that keeps a ledger, and kills it at its time, wherever it is then. */
export async function liveAndDie(directory: string, life: number, death: Death): Promise<void> {
  const child = spawn(process.execPath, [ledgerProgram, directory, String(life)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'exit');
  const kill = () => child.kill('SIGKILL');
  if ('afterStart' in death) setTimeout(kill, death.afterStart);
  else if ('afterDone' in death) {
    const reports = join(directory, `reports.${life}`);
    const done = () => (existsSync(reports) ? readFileSync(reports, 'utf8').split('\ndone ').length - 1 : 0);
    while (child.exitCode === null && child.signalCode === null && done() < death.afterDone) await pause(20);
    kill();
  } else {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      if (text.includes('ready')) setTimeout(kill, death.afterReady);
    });
  }
  const [code] = (await ended) as [number | null];
  if (code !== null) throw new Error(`The program ended by itself with ${code}.`);
}

/** What was told of one request before its process died. */
interface Told {
  done?: number;
  /** At the last checkpoint that was put down. */
  seen?: number;
  made: number;
}

export interface Balance {
  readonly done: number;
  readonly died: number;
  /** Those of the dead of which something was seen. */
  readonly seen: number;
  /** What is wrong, a sentence for each request; empty when the ledger says what clients and the engine say. */
  readonly problems: readonly string[];
}

/** Opens the ledger that the dead have left, and holds it against what was told. */
export async function balance(directory: string): Promise<Balance> {
  const { ledger, store } = await openTestLedger(directory);
  try {
    const { total } = await ledger.usage(allTime);
    const hourly = await store.db<LedgerTables>().selectFrom('usage_hourly').selectAll().execute();
    const records = await store.db<LedgerTables>().selectFrom('usage_records').selectAll().execute();
    const told = readReports(directory);
    const problems: string[] = [];
    const sum = (rows: readonly { completion_tokens: number }[]) =>
      rows.reduce((tokens, { completion_tokens }) => tokens + completion_tokens, 0);
    if (total.requests !== records.length)
      problems.push(`${total.requests} requests in sums, ${records.length} records`);
    if (total.completionTokens !== sum(records)) problems.push('the days say other tokens than the records');
    if (sum(hourly) !== sum(records)) problems.push('the hours say other tokens than the records');

    const found = new Map(records.map((record) => [record.id, record]));
    for (const [id, { done, seen, made }] of told) {
      const record = found.get(id);
      const tokens = record?.completion_tokens ?? -1;
      const hasDied = record?.error_code === 'process_died';
      if (!record) problems.push(`${id} was opened and has no record`);
      else if (done !== undefined && (tokens !== done || hasDied)) problems.push(`${id}: ${tokens} and not ${done}`);
      // The last step may have been taken without being told.
      else if (hasDied && seen === undefined && made < 8 && tokens !== 60)
        problems.push(`${id} died unseen with ${tokens}`);
      else if (hasDied && tokens !== 60 && (tokens < (seen ?? 0) || tokens > made)) {
        problems.push(`${id} died with ${tokens}, seen ${seen}, made ${made}`);
      } else if (!hasDied && tokens < made) problems.push(`${id} ended with ${tokens}, made ${made}`);
    }
    return {
      done: [...told.values()].filter(({ done }) => done !== undefined).length,
      died: records.filter(({ error_code }) => error_code === 'process_died').length,
      seen: records.filter((record) => record.error_code === 'process_died' && record.completion_tokens < 60).length,
      problems,
    };
  } finally {
    await ledger.close();
    await store.close();
  }
}

function readReports(directory: string): Map<string, Told> {
  const told = new Map<string, Told>();
  for (const name of readdirSync(directory).filter((each) => each.startsWith('reports.'))) {
    const lines = readFileSync(join(directory, name), 'utf8').split('\n');
    // What follows the last end of a line was torn.
    for (const line of lines.slice(0, -1)) {
      const [what = '', id = '', tokens] = line.split(' ');
      if (!['open', 'made', 'seen', 'done'].includes(what)) continue;
      const known = told.get(id) ?? { made: 0 };
      told.set(id, known);
      if (what === 'made') known.made = Number(tokens);
      if (what === 'seen') known.seen = Number(tokens);
      if (what === 'done') known.done = Number(tokens);
    }
  }
  return told;
}
