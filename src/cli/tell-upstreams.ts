import type { RunningServer } from './running-server.ts';
import { say, type Terminal } from './terminal.ts';

/** Tells of each server elsewhere how many models it has, or why it has none, once all were looked at. */
export async function tellUpstreams(
  server: Pick<RunningServer, 'upstreams'>,
  stderr: Terminal['stderr'],
  signal: AbortSignal,
): Promise<void> {
  const aborted = new Promise<[]>((resolve) => {
    if (signal.aborted) resolve([]);
    signal.addEventListener('abort', () => resolve([]), { once: true });
  });
  for (const { name, models, problem } of await Promise.race([server.upstreams(), aborted])) {
    say(stderr, `${name}: ${problem ?? `${models} ${models === 1 ? 'model' : 'models'}`}`);
  }
}
