import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { freePort } from '../../lib/free-port.ts';
import { startServerChild } from '../../lib/server-child.ts';
import type { Gateway } from './gateways.ts';
import { createRawClient } from './raw-client.ts';
import { chatRequest, type Target } from './target.ts';

export interface RunningTarget extends Target, AsyncDisposable {
  /** Milliseconds from its start to the end of the first answer that came through it. */
  readonly startedInMs: number;
}

const upstreamProgram = fileURLToPath(new URL('scripted-upstream.ts', import.meta.url));

/** Starts the upstream, which is a target as well: what the gateways add is seen beside it. */
export async function startUpstream(): Promise<RunningTarget> {
  const startedAt = performance.now();
  let port = 0;
  const child = await startServerChild(process.execPath, [upstreamProgram], {
    env: { PATH: process.env['PATH'] },
    isReady(stderr) {
      port = Number(/upstream on port (\d+);/.exec(stderr)?.[1] ?? 0);
      return port !== 0;
    },
  });
  const startedInMs = performance.now() - startedAt;
  const stop = () => child.stop();
  return { name: 'upstream', port, headers: {}, pid: child.pid, startedInMs, [Symbol.asyncDispose]: stop };
}

/** Starts a gateway and waits until an answer of the upstream came through it. */
export async function startGateway(gateway: Gateway): Promise<RunningTarget> {
  const { name, headers } = gateway;
  const directory = mkdtempSync(join(tmpdir(), `bench-${name}-`));
  const removeDirectory = () => rmSync(directory, { recursive: true, force: true });
  const port = await freePort();
  const { program, args, env } = gateway.prepare(port, directory);
  const request = chatRequest({ port, headers }, { tokens: 7, everyMs: 0, isStream: false });
  const startedAt = performance.now();
  let refusal: unknown;
  const child = await startServerChild(program, args, {
    env,
    everyMs: 2,
    async isReady() {
      const client = createRawClient(port);
      try {
        await client.ask(request);
        return true;
      } catch (failure) {
        refusal = failure;
        return false;
      } finally {
        client.close();
      }
    },
  }).catch((failure: unknown) => {
    removeDirectory();
    throw new Error(`${name} did not answer: ${String(refusal)}`, { cause: failure });
  });
  const startedInMs = performance.now() - startedAt;
  const stop = async () => {
    await child.stop();
    removeDirectory();
  };
  return { name, port, headers, pid: child.pid, startedInMs, [Symbol.asyncDispose]: stop };
}
