import { readFileSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import { Pool } from 'undici';
import type { HostProcess } from '../embedded/host-process.ts';
import type { ProcessListeners } from '../embedded/supervisor.ts';
import { engineEnvironment } from '../engine-environment.ts';
import { startGuarded } from './guarded-process.ts';
import { serverArguments, type LlamaServerOptions } from './server-options.ts';
import { readServerFacts, type ServerFacts } from './server-facts.ts';

interface Parts extends ProcessListeners {
  readonly socketPath: string;
  readonly env: NodeJS.ProcessEnv;
  /** Told what the server is like, before it counts as running. */
  readonly onFacts: (facts: ServerFacts) => void;
}

const pageBytes = 4096;
/** Lines of its log kept to explain a death. */
const keptLines = 20;
const lookEveryMs = { loading: 50, running: 1000 } as const;

/**
 * Starts a llama-server on a socket and says what becomes of it in the words of an engine host: `running` once it
 * answers, `beat` with how long its engine has not come to a question, and before that whenever it does something, `failed`
 * when it ends by itself before it ran.
 */
export function startLlamaServer(options: LlamaServerOptions, parts: Parts): HostProcess {
  const { socketPath, env, onEvent, onLog, onFacts } = parts;
  // One that was killed leaves its socket behind, where no other can listen.
  rmSync(socketPath, { force: true });
  const child = startGuarded(options.program, serverArguments(options, socketPath), engineEnvironment(env));
  const words: string[] = [];
  let hasSpoken = false;
  for (const stream of [child.stdout, child.stderr]) {
    createInterface({ input: stream }).on('line', (line) => {
      words.push(line);
      if (words.length > keptLines) words.shift();
      onLog(line);
    });
    stream.on('data', () => void (hasSpoken = true));
  }
  const client = new Pool('http://llama-server', { socketPath, connections: 1, pipelining: 0 });
  let isRunning = false;
  let isOver = false;
  let askedAt: number | undefined;
  let timer: NodeJS.Timeout | undefined;

  const get = async (path: string) => {
    const { statusCode, body } = await client.request({ method: 'GET', path });
    return { status: statusCode, text: await body.text() };
  };
  let loadedBytes = 0;
  /** It tells nobody how far a load is: what it says and the memory that it takes show that it goes on. */
  const lookAlive = () => {
    const bytes = residentBytes(child.pid);
    if (hasSpoken || bytes !== loadedBytes) onEvent({ event: 'beat', stalledMs: 0, residentBytes: bytes });
    hasSpoken = false;
    loadedBytes = bytes;
  };
  const look = async () => {
    lookAlive();
    if ((await get('/health')).status !== 200) return;
    const { text } = await get('/props');
    isRunning = true;
    const facts = readServerFacts(text);
    if (facts === undefined) {
      const message = 'what was started is no llama-server that this release knows; `manifold engine build` makes one.';
      return onEvent({ event: 'failed', code: 'load_failed', message });
    }
    onFacts(facts);
    onEvent({ event: 'running', contextLength: facts.contextLength, slots: facts.slots, build: facts.build });
  };
  /** Its metrics are told by the thread that computes, so they come when that comes to it. */
  const beat = () => {
    onEvent({
      event: 'beat',
      stalledMs: askedAt === undefined ? 0 : performance.now() - askedAt,
      residentBytes: residentBytes(child.pid),
    });
    if (askedAt !== undefined) return;
    askedAt = performance.now();
    const answered = () => void (askedAt = undefined);
    get('/metrics').then(answered, answered);
  };
  const watch = async () => {
    // Until it listens there is nobody to ask.
    if (isRunning) beat();
    else await look().catch(() => undefined);
    if (!isOver) timer = setTimeout(() => void watch(), isRunning ? lookEveryMs.running : lookEveryMs.loading);
  };
  void watch();

  const exited = new Promise<Awaited<HostProcess['exited']>>((resolve) => {
    const end = (code: number | null, signal: NodeJS.Signals | null, lastWords: string) => {
      isOver = true;
      clearTimeout(timer);
      void client.destroy();
      // What is wrong with a file or a flag is wrong the next time, too.
      if (!isRunning && code !== null && code !== 0)
        onEvent({ event: 'failed', code: 'load_failed', message: reasonIn(words, code, options) });
      resolve({ code, signal, lastWords });
    };
    child.once('error', (error) => end(null, null, error.message));
    child.once('close', (code, signal) => end(code, signal, words.join('\n')));
  });
  return {
    pid: child.pid,
    exited,
    tell: () => undefined,
    kill: () => void child.kill('SIGKILL'),
    async stop(graceMs = 2000) {
      child.kill('SIGTERM');
      const killing = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(killing);
    },
  };
}

/** What a process has in memory, as Linux tells it in pages; 0 where nobody does. */
function residentBytes(pid: number | undefined): number {
  try {
    return Number(readFileSync(`/proc/${pid}/statm`, 'utf8').split(' ')[1] ?? 0) * pageBytes;
  } catch {
    return 0;
  }
}

/** What a shell ends with when it finds no program, or may not run it. */
const notRun: ReadonlySet<number> = new Set([126, 127]);

/** The first complaint of those kept, since what follows it follows from it; where on the machine a file lies stays out. */
function reasonIn(
  words: readonly string[],
  code: number,
  { modelPath, mmproj = modelPath }: LlamaServerOptions,
): string {
  if (notRun.has(code))
    return 'llama-server cannot be run. `manifold engine build` makes one; `llamaServer` in the configuration names another.';
  const complaint = words.find((line) => /error|failed|not found/i.test(line)) ?? words.at(-1);
  if (complaint === undefined) return 'llama-server ended without a word.';
  const said = complaint.trim().replaceAll(modelPath, basename(modelPath)).replaceAll(mmproj, basename(mmproj));
  return `llama-server says: ${said}`;
}
