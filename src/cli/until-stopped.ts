import { exitCode } from './exit-codes.ts';
import type { RunningServer } from './running-server.ts';
import { say, type Terminal } from './terminal.ts';

/**
 * Resolves once a signal has stopped the server and its running answers have ended. A second signal ends
 * the process at once; engine hosts notice that their parent is gone and end too.
 */
export function untilStopped(
  server: Pick<RunningServer, 'stop'>,
  stderr: Terminal['stderr'],
  onStop: () => void,
): Promise<void> {
  return new Promise((resolve, reject) => {
    let isStopping = false;
    const onSignal = (signal: NodeJS.Signals) => {
      if (isStopping) process.exit(exitCode.failure);
      isStopping = true;
      say(stderr, `\n${signal}: finishing the running answers; a second signal ends at once.`);
      onStop();
      server
        .stop()
        .finally(() => {
          for (const name of ['SIGTERM', 'SIGINT'] as const) process.off(name, onSignal);
        })
        .then(resolve, reject);
    };
    for (const name of ['SIGTERM', 'SIGINT'] as const) process.on(name, onSignal);
  });
}
