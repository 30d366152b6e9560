/** What the shell sees. */
export const exitCode = { ok: 0, failure: 1, usage: 2 } as const;

/** Ends a command with exit code 1. Its message, if it has one, is shown; without one the person was told already. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
