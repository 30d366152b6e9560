import type { Readable, Writable } from 'node:stream';

/** What a command may touch of the process it runs in; tests pass their own. */
export interface Terminal {
  readonly stdin: Readable & { readonly isTTY?: boolean | undefined };
  readonly stdout: Writable & { readonly isTTY?: boolean | undefined };
  readonly stderr: Writable & { readonly isTTY?: boolean | undefined; readonly columns?: number | undefined };
  readonly env: NodeJS.ProcessEnv;
  readonly cwd: string;
  /** Says that what goes to stdout is a log, and no result: what is lost of it is no failure of the command. */
  readonly writesLog?: () => void;
}

export function processTerminal(): Terminal {
  const { stdin, stdout, stderr, env } = process;
  return { stdin, stdout, stderr, env, cwd: process.cwd() };
}

/** Writes one line for the person. */
export function say(stream: Writable, line = ''): void {
  stream.write(`${line}\n`);
}

/** Shows a line of progress in place of the one before it, as far as it fits: of a line that wraps a part would stay. */
export function redraw(stream: Terminal['stderr'], line: string): void {
  stream.write(`\r\u001b[2K${line.slice(0, Math.max(1, (stream.columns || 80) - 1))}`);
}
