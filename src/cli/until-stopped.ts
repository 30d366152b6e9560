import { CommandFailed } from './exit-codes.ts';
import type { RunningServer } from './running-server.ts';
import { say, type Terminal } from './terminal.ts';

/** One signal may arrive twice: the launcher passes on what its process group got as well. */
const echoMs = 500;

/**
 * Resolves once a signal has stopped the server and its running answers have ended. A second signal cuts them
 * off, each with an error event, and is a failure of the command.
 */
export async function untilStopped(
  server: Pick<RunningServer, 'stop'>,
  stderr: Terminal['stderr'],
  onStop: () => void,
): Promise<void> {
  const names = ['SIGTERM', 'SIGINT'] as const;
  let firstAt: number | undefined;
  let isCutShort = false;
  let onSignal: (signal: NodeJS.Signals) => void = () => undefined;
  const stopped = new Promise<void>((resolve, reject) => {
    onSignal = (signal) => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        say(stderr, `\n${signal}: finishing the running answers; a second signal ends at once.`);
        onStop();
      } else if (performance.now() - firstAt < echoMs) return;
      else isCutShort = true;
      server.stop().then(resolve, reject);
    };
  });
  for (const name of names) process.on(name, onSignal);
  try {
    await stopped;
  } finally {
    for (const name of names) process.off(name, onSignal);
  }
  if (isCutShort) throw new CommandFailed();
}
