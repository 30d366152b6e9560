import { existsSync } from 'node:fs';
import { Pool } from 'undici';
import { buildDirectory } from '../../src/cli/engine/build-directory.ts';
import { libraryDirectory } from '../../src/cli/engine/library-directory.ts';
import { defaultStateDir } from '../../src/config/state-dir.ts';
import type { EngineUnderTest, ServingShape } from './engine-under-test.ts';
import { freePort } from './free-port.ts';
import { startServerChild } from './server-child.ts';

/** Where `manifold engine build` puts it. */
export function builtLlamaServer(env: NodeJS.ProcessEnv): string {
  return buildDirectory(stateDirOf(env)).server;
}

/** The libraries that a server with the person's own state directory would use, if they were built. */
export function builtLibraries(env: NodeJS.ProcessEnv): string | undefined {
  return libraryDirectory({ stateDir: stateDirOf(env) }, env);
}

function stateDirOf(env: NodeJS.ProcessEnv): string {
  return env['MANIFOLD_STATE_DIR'] || defaultStateDir(env);
}

/** Starts llama-server on a free loopback port, shaped like Manifold: the same slots, context per slot, threads and batch. */
export async function startLlamaServer(program: string, shape: ServingShape): Promise<EngineUnderTest> {
  if (!existsSync(program)) {
    throw new Error(`${program} is not there: run \`manifold engine build\`, or name one with --llama-server.`);
  }
  const { modelPath, threads, slots, context } = shape;
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const settings = {
    '--model': modelPath,
    '--host': '127.0.0.1',
    '--port': port,
    '--threads': threads,
    '--threads-batch': threads,
    '--parallel': slots,
    '--ctx-size': slots * context,
    '--batch-size': 512,
    '--ubatch-size': 512,
    // Saving the prompts of earlier requests would cost it time that the comparison is not about.
    '--cache-ram': 0,
    '--log-verbosity': 1,
  };
  const child = await startServerChild(
    program,
    Object.entries(settings).flatMap(([name, value]) => [name, String(value)]),
    {
      env: { PATH: process.env['PATH'] },
      isReady: () =>
        fetch(`${url}/health`).then(
          ({ ok }) => ok,
          () => false,
        ),
    },
  );
  // It closes a connection after a hundred requests; a request must not be sent into the closing.
  const dispatcher = new Pool(url, { connections: null, pipelining: 0, headersTimeout: 0, bodyTimeout: 0 });
  return {
    name: 'llama-server',
    url,
    model: 'bench',
    dispatcher,
    pid: child.pid,
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy();
      await child.stop();
    },
  };
}
