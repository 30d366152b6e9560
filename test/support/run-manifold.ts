import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const launcher = fileURLToPath(new URL('../../bin/manifold.mjs', import.meta.url));

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

interface Options {
  readonly env?: NodeJS.ProcessEnv;
  readonly cwd?: string;
  readonly node?: string;
  readonly nodeArgs?: readonly string[];
  readonly script?: string;
  /** Gets all that was said so far, each time that there is more. */
  readonly onStderr?: (said: string) => void;
}

/** Runs the real launcher as a child, on the sources, and waits for its end. */
export function runManifold(args: readonly string[], options: Options = {}): Promise<Ended> {
  const { node = process.execPath, nodeArgs = [], script = launcher, cwd = process.cwd() } = options;
  const env = { PATH: process.env['PATH'], HOME: '/nonexistent', ...options.env };
  const child = spawn(node, [...nodeArgs, script, ...args], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });
  let stdout = '';
  let stderr = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
    options.onStderr?.(stderr);
  });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout, stderr }));
  });
}
