import { mkdirSync, mkdtempSync, rmdirSync, rmSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { config } from '../config/config.ts';
import { startServer } from './start-server.ts';

// Of this process alone, so that nobody else takes the port in between.
const host = `127.77.${(process.pid >> 8) & 255}.${process.pid & 255}`;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, host);
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

it('a server of which nobody can be told where it listens does not stay, nor does the key that it made', async () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'manifold-start-'));
  const port = await freePort();
  const engines = [{ kind: 'openai' as const, url: 'http://127.0.0.1:9' }];
  const settings = config.parse({ stateDir, host, port, engines, logLevel: 'silent', catalog: { onDisk: 'none' } });

  const starting = startServer(settings, {});
  // Where the lock is written from now on there is no place for a file.
  const draft = join(stateDir, `lock.${process.pid}`);
  mkdirSync(draft);
  await expect(starting).rejects.toThrow('lock');
  rmdirSync(draft);

  const next = await startServer(settings, {});
  expect(next.newKey).toBeDefined();
  await next.stop();
  rmSync(stateDir, { recursive: true });
});
