import { CommandFailed, exitCode } from './exit-codes.ts';
import type { RunningServer } from './running-server.ts';
import { say, type Terminal } from './terminal.ts';

/** One signal may arrive twice: the launcher passes on what its process group got as well. */
const echoMs = 500;

/**
 * Resolves once a signal has stopped the server and its running answers have ended. A second signal cuts them
 * off, each with an error event, and is a failure of the command. A server that is still starting is stopped once it has
 * started, so that nobody misses the key it made; a second signal then ends the process. Rejects as the start does.
 */
export async function untilStopped(
  starting: Promise<Pick<RunningServer, 'stop'>>,
  stderr: Terminal['stderr'],
  onStop: () => void,
): Promise<void> {
  const names = ['SIGTERM', 'SIGINT'] as const;
  let hasStarted = false;
  let firstAt: number | undefined;
  let isCutShort = false;
  let onSignal: (signal: NodeJS.Signals) => void = () => undefined;
  const stopped = new Promise<void>((resolve, reject) => {
    const noteStarted = () => (hasStarted = true);
    starting.then(noteStarted, reject);
    onSignal = (signal) => {
      if (firstAt === undefined) {
        firstAt = performance.now();
        const doing = hasStarted ? 'finishing the running answers' : 'stopping once the start is done';
        say(stderr, `\n${signal}: ${doing}; a second signal ends at once.`);
        onStop();
      } else if (performance.now() - firstAt < echoMs) return;
      else if (!hasStarted) process.exit(exitCode.failure);
      else isCutShort = true;
      starting.then((server) => server.stop()).then(resolve, reject);
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
