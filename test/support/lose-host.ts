import type { ServerProcess } from './server-process.ts';

/**
 * Kills the engine host of a server until the server is seen without one: the next may be there sooner than anybody
 * looks.
 */
export async function loseHost(server: ServerProcess): Promise<void> {
  const isReady = async () => (await server.fetch('/v1/health/ready')).status === 200;
  for (let killed: number | undefined; await isReady();) {
    const [pid = killed] = server.hostPids();
    if (pid === undefined || pid === killed) continue;
    process.kill(pid, 'SIGKILL');
    killed = pid;
  }
}
