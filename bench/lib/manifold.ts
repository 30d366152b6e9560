import { readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Pool } from 'undici';
import { hostOptions } from '../../src/api/internal/engine-host.ts';
import { packageRoot } from '../../src/config/package-root.ts';
import type { EngineUnderTest, ServingShape } from './engine-under-test.ts';
import { startServerChild } from './server-child.ts';

/** A running Manifold with one model. */
export interface Manifold extends EngineUnderTest {
  /** The engine host behind it, and where that listens. */
  readonly host: { readonly pid: number; readonly socketPath: string };
  /** Sent with each request: its key, where it has one. */
  readonly headers?: Readonly<Record<string, string>>;
}

export const launcher = join(packageRoot, 'bin', 'manifold.mjs');

/** Starts `manifold serve`, without keys unless told otherwise, on a free loopback port, with a state directory of its own, until its model is ready. */
export async function startManifold(
  shape: ServingShape,
  options: {
    readonly entry?: string;
    readonly args?: readonly string[];
    /** Whether it has a key, for routes that nobody may use without. */
    readonly hasKey?: boolean;
  } = {},
): Promise<Manifold> {
  const stateDir = await mkdtemp(join(tmpdir(), 'manifold-bench-'));
  const model = 'bench';
  let told = '';
  const child = await startServerChild(
    process.execPath,
    [
      options.entry ?? launcher,
      'serve',
      '--port',
      '0',
      ...serveArguments(shape, options.hasKey),
      ...(options.args ?? []),
    ],
    {
      env: serverEnvironment(stateDir, model),
      isReady: (stderr) => {
        told = stderr;
        return stderr.includes('Try it:');
      },
    },
  );
  const url = /Listening on (\S+);/.exec(told)?.[1] ?? '';
  const dispatcher = new Pool(url, { connections: null, pipelining: 1, headersTimeout: 0, bodyTimeout: 0 });
  return {
    name: 'manifold',
    url,
    model,
    dispatcher,
    ...(options.hasKey && { headers: { authorization: `Bearer ${/(nvapi-\w+)/.exec(told)?.[1] ?? ''}` } }),
    pid: child.pid,
    host: findHost(child.pid),
    async [Symbol.asyncDispose]() {
      await dispatcher.destroy();
      await child.stop();
      await rm(stateDir, { recursive: true, force: true });
    },
  };
}

export function serveArguments({ modelPath, threads, slots, context }: ServingShape, hasKey = false): string[] {
  const numbers = { threads, slots, context };
  return [
    ...(hasKey ? [] : ['--no-auth']),
    '--model',
    modelPath,
    ...Object.entries(numbers).flatMap(([name, value]) => [`--${name}`, String(value)]),
  ];
}

export function serverEnvironment(stateDir: string, model: string): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  return { PATH, HOME, MANIFOLD_STATE_DIR: stateDir, NIM_SERVED_MODEL_NAME: model };
}

/** The engine host is the server's child whose only argument is its options. */
function findHost(parent: number): Manifold['host'] {
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    const [status, commandLine] = [read(name, 'status'), read(name, 'cmdline')];
    if (!status.includes(`\nPPid:\t${parent}\n`) || !commandLine.includes('engine-host/main')) continue;
    const options = commandLine.split('\0').findLast((argument) => argument.startsWith('{')) ?? '{}';
    return { pid: Number(name), socketPath: hostOptions.parse(JSON.parse(options)).socketPath };
  }
  throw new Error('The server has no engine host.');
}

function read(pid: string, file: string): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    // It ended while the list was read.
    return '';
  }
}
