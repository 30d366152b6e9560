import type { Writable } from 'node:stream';

/** What a shell sees of a program that SIGPIPE ended. */
const exitCodeOfPipe = 141;

/**
 * Ends this process without a word once nobody reads what it writes, as other programs end in `manifold keys | head`. Any
 * other failure to write stays one.
 */
export function endWithReader(stdout: Writable): void {
  stdout.on('error', (failure: NodeJS.ErrnoException) => {
    if (failure.code === 'EPIPE') process.exit(exitCodeOfPipe);
    throw failure;
  });
}
