import type { ChildProcess } from 'node:child_process';

/**
 * The process that was spawned with pipes. Throws where it has none: with no file descriptors left nothing is started,
 * which `spawn` tells later and by an event.
 */
export function withStreams<T extends ChildProcess>(child: T): T {
  const { stdin } = child as { readonly stdin?: unknown };
  if (stdin !== undefined) return child;
  child.once('error', () => undefined);
  throw new Error('No process can be started: too many files are open.');
}
