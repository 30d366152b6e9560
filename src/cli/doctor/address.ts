import { createServer } from 'node:net';
import { stateDirHolder } from '../../config/state-lock.ts';
import { defaultStateDir } from '../../config/state-dir.ts';
import type { Finding, Patient } from './finding.ts';

/** Whether the configured address can be listened on. */
export async function checkAddress({ config, env }: Patient): Promise<Finding[]> {
  const { host, port } = config;
  const code = await tryListen(host, port);
  const at = `${host}:${port}`;
  if (code === undefined) return [{ check: 'port', status: 'ok', found: `${at} is free` }];
  const running = stateDirHolder(config.stateDir ?? defaultStateDir(env));
  if (code === 'EADDRINUSE' && running?.url.endsWith(`:${port}`)) {
    return [{ check: 'port', status: 'ok', found: `${at} is served by manifold (pid ${running.pid})` }];
  }
  const advice =
    code === 'EADDRINUSE' ? `Choose another with --port ${port + 1}.` : 'Choose another with --host or --port.';
  return [{ check: 'port', status: 'fail', found: `${at} cannot be used (${code})`, advice }];
}

function tryListen(host: string, port: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', (failure: NodeJS.ErrnoException) => resolve(failure.code ?? 'unknown'));
    server.listen({ host, port, exclusive: true }, () => server.close(() => resolve(undefined)));
  });
}
