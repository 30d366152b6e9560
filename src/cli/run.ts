import { CommanderError } from 'commander';
import { ManifoldError } from '../errors.ts';
import { showControls } from '../lib/show-controls.ts';
import { CommandFailed, exitCode } from './exit-codes.ts';
import { createProgram } from './program.ts';
import { say, type Terminal } from './terminal.ts';

/** Runs one command line to its end and returns the exit code. Failures are one line on stderr. */
export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const program = await createProgram(terminal, args);
  if (args.length === 0) {
    program.outputHelp();
    return exitCode.ok;
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode.ok;
  } catch (failure) {
    return report(failure, terminal);
  }
}

function report(failure: unknown, terminal: Terminal): number {
  if (failure instanceof CommanderError) {
    if (failure.exitCode === 0) return exitCode.ok;
    say(terminal.stderr, `manifold: ${oneLine(failure.message)}`);
    return exitCode.usage;
  }
  if (failure instanceof CommandFailed || failure instanceof ManifoldError) {
    if (failure.message !== '') say(terminal.stderr, `manifold: ${oneLine(failure.message)}`);
    return exitCode.failure;
  }
  // A defect of ours: the stack is what a bug report needs.
  say(terminal.stderr, `manifold: ${failure instanceof Error ? (failure.stack ?? failure.message) : String(failure)}`);
  return exitCode.failure;
}

/** Part of it may be what a server said. */
function oneLine(text: string): string {
  return showControls(text.trim().replaceAll(/\s*\n\s*/g, ' '));
}
