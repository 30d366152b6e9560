import { spawn } from 'node:child_process';
import { createWriteStream } from 'node:fs';
import { basename } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { CommandFailed } from '../exit-codes.ts';

/** Where a build's tools run and what becomes of their output. */
export interface ToolContext {
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Everything a tool prints is appended to this file. */
  readonly log: string;
  /** Aborting ends the tool and all that it started. */
  readonly signal: AbortSignal;
}

/** Runs a program to its end. Throws one line with its first complaint and where the whole output is. */
export async function runTool(
  program: string,
  args: readonly string[],
  context: ToolContext,
  onLine: (line: string) => void = () => undefined,
): Promise<void> {
  const { cwd, env, signal } = context;
  signal.throwIfAborted();
  const log = createWriteStream(context.log, { flags: 'a', mode: 0o600 });
  log.write(`$ ${[program, ...args].join(' ')}\n`);
  // A process group of its own: one signal then reaches the compilers that the program starts, and a Ctrl-C
  // at the terminal arrives once.
  const child = spawn(program, args, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stop = () => endGroup(child.pid);
  signal.addEventListener('abort', stop, { once: true });
  let complaint: string | undefined;
  let lastLine = '';
  const read = async (stream: Readable) => {
    for await (const line of createInterface({ input: stream })) {
      log.write(`${line}\n`);
      if (isComplaint(line)) complaint ??= line.trim();
      if (line.trim() !== '') lastLine = line.trim();
      onLine(line);
    }
  };
  const ended = new Promise<string | undefined>((resolve) => {
    child.once('error', (failure) => resolve(failure.message));
    child.once('close', (code, name) => resolve(code === 0 ? undefined : `exit ${code ?? name}`));
  });
  const [end] = await Promise.all([ended, read(child.stdout), read(child.stderr)]);
  signal.removeEventListener('abort', stop);
  await finished(log.end());
  signal.throwIfAborted();
  if (end === undefined) return;
  const reason = complaint ?? lastLine;
  throw new CommandFailed(
    `${basename(program)} failed (${end})${reason === '' ? '' : `: ${reason}`}. All it said is in ${context.log}.`,
  );
}

/** npm's first lines are bare codes; what happened stands below them. */
function isComplaint(line: string): boolean {
  return /\b(?:error|fatal)\b/i.test(line) && !/^npm error (?:code|syscall|errno) /.test(line);
}

/** Ends a process and all that it started; one that is gone already is no failure. */
function endGroup(leader: number | undefined): void {
  try {
    if (leader !== undefined) process.kill(-leader, 'SIGTERM');
  } catch {
    return;
  }
}
