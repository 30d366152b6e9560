import { fileURLToPath } from 'node:url';

/**
 * The path of a program of ours that runs in a process or thread of its own: `program` without its extension,
 * relative to the module with this URL. It is of the kind that runs now: `.ts` in a checkout, `.js` when built.
 */
export function programFile(program: string, moduleUrl: string): string {
  return fileURLToPath(new URL(program + (moduleUrl.endsWith('.ts') ? '.ts' : '.js'), moduleUrl));
}
