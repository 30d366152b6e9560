import { setTimeout as pause } from 'node:timers/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { get } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort } from '../../lib/free-port.ts';
import { serveArguments, serverEnvironment } from '../../lib/manifold.ts';

/**
 * Milliseconds from the start of the process to the first `GET /v1/health/live` that is answered. The server does
 * not wait for its model before it listens; a small model keeps the loading from competing for the processor.
 */
export async function measureColdStart(entry: string, modelPath: string): Promise<number> {
  const port = await freePort();
  const stateDir = mkdtempSync(join(tmpdir(), 'manifold-bench-'));
  const shape = serveArguments({ modelPath, threads: 1, slots: 1, context: 512 });
  const startedAt = performance.now();
  const child = spawn(process.execPath, [entry, 'serve', '--port', String(port), ...shape], {
    env: serverEnvironment(stateDir, 'bench'),
    stdio: 'ignore',
  });
  try {
    while (!(await isLive(port))) {
      if (child.exitCode !== null) throw new Error(`${entry} ended with exit code ${child.exitCode}.`);
      await pause(2);
    }
    return performance.now() - startedAt;
  } finally {
    const gone = once(child, 'close');
    child.kill('SIGTERM');
    await gone;
    rmSync(stateDir, { recursive: true, force: true });
  }
}

function isLive(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ host: '127.0.0.1', port, path: '/v1/health/live', agent: false }, (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    request.once('error', () => resolve(false));
  });
}
