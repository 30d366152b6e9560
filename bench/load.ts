import { execFileSync } from 'node:child_process';
import { builtInModel } from '../src/config/built-in-model.ts';
import { startManifold } from './lib/manifold.ts';
import { readOptions } from './lib/options.ts';
import { residentMegabytes } from './lib/process-usage.ts';
import { median, quantile } from './lib/quantile.ts';
import { startReport } from './lib/report.ts';
import { streamChat, timeToFirstToken } from './lib/stream-chat.ts';

/**
 * How long a request waits for a model that is not in memory: its file on disk, its file in the page cache, and the model
 * loaded; and whether memory comes back: the HTTP process and the engine host over many rounds of loading and unloading.
 */
const options = readOptions('bench/load.ts', {
  model: { about: 'a GGUF file', default: builtInModel.path },
  repetitions: { about: 'requests of each kind', default: 5 },
  rounds: { about: 'times the model is loaded and unloaded', default: 20 },
  threads: { about: 'of the engine', default: 1 },
  context: { about: 'tokens of a slot', default: 1024 },
  slots: { about: 'sequences decoded together', default: 4 },
});
/** Memory after the first rounds counts as settled. */
const warmUpRounds = 3;

const report = startReport('load', options);
const { model: modelPath, threads, context, slots } = options;
await using manifold = await startManifold({ modelPath, threads, slots, context }, { hasKey: true });
const request = { messages: [{ role: 'user', content: 'Hello' }], max_tokens: 1 };

const kinds = { loaded: async () => undefined, 'warm file': unload, 'cold file': unloadAndForget };
const rows = [];
const raw: Record<string, number[]> = {};
let isCold = true;
for (const [kind, prepare] of Object.entries(kinds)) {
  const times: number[] = [];
  for (let at = 0; at < options.repetitions; at++) {
    await prepare();
    times.push(timeToFirstToken(await streamChat(manifold, request)));
  }
  raw[kind] = times;
  rows.push({ model: kind, median: median(times), least: Math.min(...times), most: quantile(times, 1) });
}
report.table('Request to first token, ms', rows);
if (!isCold) report.note('The page cache could not be emptied of the file: the cold figures are warm ones.');

const memory: { round: number; server: number; host: number }[] = [];
for (let round = 1; round <= options.rounds; round++) {
  await streamChat(manifold, request);
  const host = residentMegabytes((await ps()).pid ?? 0);
  await unload();
  memory.push({ round, server: residentMegabytes(manifold.pid), host });
}
const left = hostsOf(manifold.pid);
const [settled] = memory.slice(warmUpRounds);
const last = memory.at(-1);
report.table(`Memory over ${options.rounds} rounds, MB`, [
  rowOf('HTTP process, model unloaded', 'server'),
  rowOf('engine host, model loaded', 'host'),
]);
report.note(`Engine hosts left at the end: ${left}.`);
report.save({ milliseconds: raw, isCold, memory });
if (left > 0) throw new Error('Engine hosts are left over.');

function rowOf(process: string, of: 'server' | 'host') {
  const values = memory.map((each) => each[of]);
  const [from, to] = [settled?.[of] ?? Number.NaN, last?.[of] ?? Number.NaN];
  return {
    process,
    first: values[0] ?? Number.NaN,
    [`after ${warmUpRounds + 1}`]: from,
    last: to,
    'change since, %': (to / from - 1) * 100,
  };
}

async function post(path: string): Promise<void> {
  const { statusCode, body } = await manifold.dispatcher.request({
    method: 'POST',
    path,
    headers: { ...manifold.headers, 'content-type': 'application/json' },
    body: JSON.stringify({ model: manifold.model }),
  });
  const text = await body.text();
  if (statusCode !== 200) throw new Error(`${path} answered ${statusCode}: ${text}`);
}

async function ps(): Promise<{ pid: number | null }> {
  const { body } = await manifold.dispatcher.request({
    method: 'GET',
    path: '/v1/manifold/ps',
    headers: { ...manifold.headers },
  });
  const { data } = (await body.json()) as { data: { pid: number | null }[] };
  return data[0] ?? { pid: null };
}

function unload(): Promise<void> {
  return post('/v1/manifold/unload');
}

/** Without the model's process no page of its file is in use, so that the kernel can be asked to drop them. */
async function unloadAndForget(): Promise<void> {
  await unload();
  try {
    // `nocache` on a whole file is posix_fadvise(POSIX_FADV_DONTNEED).
    execFileSync('dd', [`if=${modelPath}`, 'iflag=nocache', 'count=0'], { stdio: 'ignore' });
    isCold &&= residentPages() === 0;
  } catch {
    isCold = false;
  }
}

/** Pages of the file in the page cache, from util-linux's `fincore`. */
function residentPages(): number {
  return Number(execFileSync('fincore', ['--noheadings', '--output', 'PAGES', modelPath], { encoding: 'utf8' }).trim());
}

function hostsOf(parent: number): number {
  try {
    const found = execFileSync('pgrep', ['-c', '-P', String(parent), '-f', 'engine-host/main'], { encoding: 'utf8' });
    return Number(found.trim());
  } catch {
    // It answers with a failure when there are none.
    return 0;
  }
}
