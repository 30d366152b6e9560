import { setTimeout as pause } from 'node:timers/promises';
import { spawn } from 'node:child_process';

const startMilliseconds = 300_000;

/** A server as a child process of the benchmark. */
export interface ServerChild {
  readonly pid: number;
  /** Asks it to stop, and kills it when it does not. */
  stop(): Promise<void>;
}

/**
 * Starts a server and waits until `isReady` holds for what it has written to standard error so far. Its standard
 * output goes nowhere. Throws with its last words when it ends before.
 */
export async function startServerChild(
  program: string,
  args: readonly string[],
  options: {
    readonly env: NodeJS.ProcessEnv;
    readonly isReady: (stderr: string) => boolean | Promise<boolean>;
    /** Milliseconds between two looks. Default: 20. */
    readonly everyMs?: number;
  },
): Promise<ServerChild> {
  const child = spawn(program, args, { env: options.env, stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-20_000)));
  let isGone = false;
  const gone = new Promise<void>((resolve) => {
    child.once('error', (failure) => (stderr += failure.message));
    child.once('close', () => {
      isGone = true;
      resolve();
    });
  });
  const kill = () => void child.kill('SIGTERM');
  const leave = () => process.exit(1);
  // A benchmark that is stopped must not leave servers behind, which would disturb the next one.
  process.once('exit', kill).once('SIGTERM', leave).once('SIGINT', leave);
  const stop = async () => {
    process.off('exit', kill).off('SIGTERM', leave).off('SIGINT', leave);
    kill();
    const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
    await gone;
    clearTimeout(timer);
  };
  const deadline = performance.now() + startMilliseconds;
  while (!(await options.isReady(stderr))) {
    if (isGone) throw new Error(`${program} ended before it was ready:\n${stderr}`);
    if (performance.now() > deadline) {
      await stop();
      throw new Error(`${program} was not ready in time:\n${stderr}`);
    }
    await pause(options.everyMs ?? 20);
  }
  return { pid: child.pid ?? 0, stop };
}
