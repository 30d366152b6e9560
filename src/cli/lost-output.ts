import { say, type Terminal } from './terminal.ts';

/**
 * Lets a command outlive output that cannot be written, which by itself would end the process: a server must not die of
 * a full disk under its log, nor of whoever read it. What was not written is lost; later writes are tried again. Tells
 * the person once, unless the reader of a pipe just left: that one wanted no more. Returns whether something was lost.
 */
export function outliveLostOutput({ stdout, stderr }: Pick<Terminal, 'stdout' | 'stderr'>): () => boolean {
  let isLost = false;
  stdout.on('error', (failure: NodeJS.ErrnoException) => {
    if (isLost || failure.code === 'EPIPE') return;
    isLost = true;
    say(stderr, `manifold: Not all of the output can be written: ${failure.message}.`);
  });
  // There is nobody left to tell.
  stderr.on('error', () => undefined);
  return () => isLost;
}
