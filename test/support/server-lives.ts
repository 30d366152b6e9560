import { setTimeout as pause } from 'node:timers/promises';
import { chatBody, startServerProcess } from './server-process.ts';
import type { LedgerTables } from '../../src/ledger/tables.ts';
import { openTestLedger } from './usage.ts';

/** What clients know of the requests that they sent. */
export interface ClientReport {
  /** Request id → tokens, of answers that came to their end. */
  readonly finished: Map<string, { readonly prompt: number; readonly completion: number }>;
  /** Ids of answers that began and were cut off. */
  readonly cut: Set<string>;
}

const key = 'a-key-for-killing';

/** When a server is killed: so many milliseconds after clients have seen the end of so many answers of its. */
interface Death {
  readonly afterAnswers: number;
  readonly afterMs: number;
}

/** Starts a real server, has clients ask it, and kills it, whatever it does then. */
export async function serveAndDie(stateDir: string, death: Death, report: ClientReport): Promise<void> {
  const server = await startServerProcess({ stateDir, env: { MANIFOLD_KEYS: key } });
  const over = new AbortController();
  const client = async (content: string, stream: boolean) => {
    while (!over.signal.aborted) await ask(server.url, content, stream, report).catch(() => undefined);
  };
  const clients = [client('count', true), client('hello', false), client('hello', true), client('forever', true)];
  const cutBefore = report.cut.size;
  const enough = report.finished.size + death.afterAnswers;
  const deadline = performance.now() + 30_000;
  const isTime = () => report.finished.size >= enough && report.cut.size > cutBefore;
  while (!isTime() && performance.now() < deadline) await pause(5);
  await pause(death.afterMs);
  over.abort();
  await server.stop('SIGKILL');
  await Promise.all(clients);
}

async function ask(url: string, content: string, stream: boolean, report: ClientReport): Promise<void> {
  // Those that do not end by themselves are to be cut off.
  const maxTokens = content === 'forever' ? 20_000 : 200;
  const extra = stream ? { stream, stream_options: { include_usage: true } } : {};
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${key}` },
    body: JSON.stringify(chatBody(content, { max_tokens: maxTokens, ...extra })),
  });
  const id = response.headers.get('x-request-id') ?? '';
  report.cut.add(id);
  const text = await response.text();
  const [usage = ''] = /"usage":\{[^}]*"prompt_tokens":\d+[^}]*/.exec(text) ?? [];
  const count = (name: string) => Number(new RegExp(`"${name}":(\\d+)`).exec(usage)?.[1]);
  report.cut.delete(id);
  report.finished.set(id, { prompt: count('prompt_tokens'), completion: count('completion_tokens') });
}

/** Holds what the ledger says against what clients know; a sentence for each thing that is wrong. */
export async function serverBalance(stateDir: string, { finished, cut }: ClientReport): Promise<readonly string[]> {
  const { store, ledger } = await openTestLedger(stateDir);
  try {
    const records = await store.db<LedgerTables>().selectFrom('usage_records').selectAll().execute();
    const days = await store.db<LedgerTables>().selectFrom('usage_daily').selectAll().execute();
    const found = new Map(records.map((record) => [record.id, record]));
    const problems: string[] = [];
    for (const [id, { prompt, completion }] of finished) {
      const { prompt_tokens, completion_tokens } = found.get(id) ?? {};
      if (prompt_tokens !== prompt || completion_tokens !== completion) {
        problems.push(`${id}: ${prompt_tokens} + ${completion_tokens}, the client saw ${prompt} + ${completion}`);
      }
    }
    for (const id of cut) if (!found.has(id)) problems.push(`${id} was cut off and has no record`);
    const sum = (rows: readonly { completion_tokens: number }[]) =>
      rows.reduce((total, { completion_tokens }) => total + completion_tokens, 0);
    if (sum(days) !== sum(records)) problems.push(`the days say ${sum(days)} tokens, the records ${sum(records)}`);
    return problems;
  } finally {
    await ledger.close();
    await store.close();
  }
}
