import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { programFile } from '../../lib/program-file.ts';
import { withStreams } from '../../lib/with-streams.ts';
import { engineEnvironment } from '../engine-environment.ts';
import { hostEvent, type HostCommand, type HostEvent, type HostOptions } from '../../api/internal/engine-host.ts';

/** One running engine host. */
export interface HostProcess {
  readonly pid: number | undefined;
  /** Resolves once the process is gone, with what it last wrote to standard error. */
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null; lastWords: string }>;
  tell(command: HostCommand): void;
  /** Ends it at once. */
  kill(): void;
  /** Asks the host to end (its standard input closes); after `graceMs` it is killed. */
  stop(graceMs?: number): Promise<void>;
}

/** Lines of native log kept to explain a death. */
const keptLines = 20;

/** Starts an engine host with little of `env`. `onEvent` hears what it says, `onLog` its native log. Throws why it cannot. */
export function startHostProcess(
  options: HostOptions,
  parts: { env: NodeJS.ProcessEnv; onEvent: (event: HostEvent) => void; onLog: (line: string) => void },
): HostProcess {
  const { env, onEvent, onLog } = parts;
  const entry = programFile('../../engine-host/main', import.meta.url);
  const started = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', entry, JSON.stringify(options)], {
    // One thread of the pool does all decoding: each that calls OpenMP would bring its own team of threads, and
    // teams that wait for each other's processors made decoding several times slower.
    env: { UV_THREADPOOL_SIZE: '1', ...engineEnvironment(env) },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const child = withStreams(started);
  // The host may be gone before its input is closed.
  child.stdin.on('error', () => undefined);
  createInterface({ input: child.stdout }).on('line', (line) => {
    const event = readEvent(line);
    if (event) onEvent(event);
    else onLog(line);
  });
  const words: string[] = [];
  createInterface({ input: child.stderr }).on('line', (line) => {
    words.push(line);
    if (words.length > keptLines) words.shift();
    onLog(line);
  });
  const exited = new Promise<Awaited<HostProcess['exited']>>((resolve) => {
    child.once('error', (error) => resolve({ code: null, signal: null, lastWords: error.message }));
    child.once('close', (code, signal) => resolve({ code, signal, lastWords: words.join('\n') }));
  });
  return {
    pid: child.pid,
    exited,
    tell: (command) => void child.stdin.write(`${JSON.stringify(command)}\n`),
    kill: () => void child.kill('SIGKILL'),
    async stop(graceMs = 2000) {
      child.stdin.end();
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await exited;
      clearTimeout(timer);
    },
  };
}

function readEvent(line: string): HostEvent | undefined {
  try {
    return hostEvent.parse(JSON.parse(line));
  } catch {
    return undefined;
  }
}
