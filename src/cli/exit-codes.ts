/** What the shell sees. */
export const exitCode = { ok: 0, failure: 1, usage: 2 } as const;

/** Ends a command with exit code 1 after it has told the person why by itself. */
export class CommandFailed extends Error {
  override readonly name = 'CommandFailed';
}
