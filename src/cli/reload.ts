import { Command } from 'commander';
import { setTimeout as sleep } from 'node:timers/promises';
import { type LockHolder, stateDirHolder } from '../config/state-lock.ts';
import { isAlive } from '../lib/process-start.ts';
import { CommandFailed } from './exit-codes.ts';
import { reloadSignal } from './reload-signals.ts';
import { addStateOptions, type StateFlags, stateDirFromFlags } from './state-options.ts';
import { say, type Terminal } from './terminal.ts';

const patienceMs = 10_000;

/** `manifold reload`: lets the running server read its configuration anew, and says what came of it. */
export function reloadCommand(terminal: Terminal): Command {
  return addStateOptions(new Command('reload'))
    .description('let the running server take changed keys and limits of its configuration')
    .action(async (flags: StateFlags) => {
      const stateDir = stateDirFromFlags(flags, terminal);
      const before = stateDirHolder(stateDir);
      if (before === undefined) throw new CommandFailed(`No server runs on ${stateDir}.`);
      if (before.reload === undefined || process.platform === 'win32')
        throw new CommandFailed(`The server at ${before.url} takes no signals; start it anew.`);
      // In another container its number is nobody's here, or somebody else's.
      if (!isAlive(before))
        throw new CommandFailed(
          `The server at ${before.url} runs in another container: run this there, or send its process ${before.pid} there a SIGHUP.`,
        );
      process.kill(before.pid, reloadSignal);
      const { problem, waiting } = await outcome(stateDir, before.reload);
      if (problem !== null) throw new CommandFailed(`The server at ${before.url} keeps what it has: ${problem}`);
      say(terminal.stdout, `The server at ${before.url} has read its configuration anew.`);
      if (waiting.length > 0) say(terminal.stderr, `These wait for its next start: ${waiting.join(', ')}.`);
    });
}

async function outcome(stateDir: string, before: Reload): Promise<Reload> {
  const until = performance.now() + patienceMs;
  while (performance.now() < until) {
    const now = stateDirHolder(stateDir)?.reload;
    if (now !== undefined && now.count > before.count) return now;
    // oxlint-disable-next-line no-await-in-loop -- another process is waited for
    await sleep(25);
  }
  throw new CommandFailed('The server did not answer; its log may say why.');
}

type Reload = NonNullable<LockHolder['reload']>;
