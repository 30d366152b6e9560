import { spawn, type ChildProcessByStdio } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { withStreams } from '../../lib/with-streams.ts';

type Guarded = ChildProcessByStdio<Writable, Readable, Readable>;

/** Waits for a word before it becomes the program; without one, whoever wanted it is gone. */
const waiting = 'read -r go && exec "$0" "$@" </dev/null';
/** Reads whom to end, and does it when its input ends without another word. */
const guard = 'read -r whom; read -r word || kill -KILL "$whom"';

/**
 * Starts a program that was not written to end with its parent, so that it does: a shell that holds nothing but its
 * number ends it when this process is gone, however it went. Both are in sessions of their own: what a terminal
 * signals is for this process alone, which ends them in its own time. Throws why nothing was started.
 */
export function startGuarded(program: string, args: readonly string[], env: NodeJS.ProcessEnv): Guarded {
  const started: Guarded = spawn('/bin/sh', ['-c', waiting, program, ...args], {
    env,
    stdio: ['pipe', 'pipe', 'pipe'],
    detached: true,
  });
  const child = withStreams(started);
  child.stdin.on('error', () => undefined);
  child.once('spawn', () => {
    // A program that nobody would end must not run.
    const giveUp = () => void child.kill('SIGKILL');
    let watcher: ReturnType<typeof startGuard>;
    try {
      watcher = startGuard(env);
    } catch {
      giveUp();
      return;
    }
    watcher.stdin.on('error', giveUp);
    watcher.once('error', giveUp).once('exit', giveUp);
    child.once('exit', () => {
      watcher.off('exit', giveUp);
      watcher.stdin.off('error', giveUp).on('error', () => undefined);
      watcher.stdin.end('over\n');
    });
    watcher.stdin.write(`${child.pid}\n`, (failure) => {
      if (!failure) child.stdin.end('go\n');
    });
  });
  return child;
}

function startGuard(env: NodeJS.ProcessEnv) {
  return withStreams(spawn('/bin/sh', ['-c', guard], { env, stdio: ['pipe', 'ignore', 'ignore'], detached: true }));
}
