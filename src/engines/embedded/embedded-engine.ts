import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import Pool from 'undici/lib/dispatcher/pool.js';
import { adapterHeader, cacheSaltHeader, hostOptions, type EngineTuning } from '../../api/internal/engine-host.ts';
import type { Caller } from '../engine.ts';
import type { Admit, LocalEngine } from '../local-engine.ts';
import { streamChat } from '../openai-compatible/chat-client.ts';
import { streamEmbeddings } from '../openai-compatible/embedding-client.ts';
import { startHostProcess } from './host-process.ts';
import { Supervisor, type Supervised, type SupervisorLog } from './supervisor.ts';
import { createAsk } from './ask-when-ready.ts';
import { createTokenClient } from './token-client.ts';

export interface EmbeddedOptions extends Partial<EngineTuning> {
  readonly modelId: string;
  readonly modelPath: string;
  readonly threads: number;
  readonly libDir?: string | undefined;
  /** How long a request waits for a host that is loading or restarting. */
  readonly startTimeoutMs: number;
  /** How long a host may make no progress before it is ended. */
  readonly stallTimeoutMs: number;
  /** The environment; the host gets little of it. */
  readonly env: NodeJS.ProcessEnv;
  /** Default: it takes what is free. */
  readonly admit?: Admit;
}

const takeWhatIsFree: Admit = async () => null;

/** Requests that may wait for a slot; each slot serves this many in turn before newcomers are refused. */
const waitingPerSlot = 64;

/** An engine host of ours as an engine: started here, supervised, reached over a unix socket. */
export async function createEmbeddedEngine(options: EmbeddedOptions, log: SupervisorLog): Promise<LocalEngine> {
  // Short and private: a socket's path has about 100 bytes, and nobody else may connect.
  const directory = await mkdtemp(join(tmpdir(), 'manifold-'));
  const socketPath =
    process.platform === 'win32'
      ? String.raw`\\.\pipe\${directory.replaceAll(/\W/g, '-')}`
      : join(directory, 'engine.sock');
  const { startTimeoutMs, stallTimeoutMs, admit = takeWhatIsFree, env, ...tuning } = options;
  const host = hostOptions.parse({ ...tuning, socketPath, maxWaiting: (tuning.slots ?? 4) * waitingPerSlot });
  const start: Supervised['start'] = (listeners, threads) =>
    startHostProcess({ ...host, threads }, { ...listeners, env });
  const otherFiles = host.adapters.map(({ path }) => path);
  const supervisor = new Supervisor({ ...host, otherFiles, start }, { stallTimeoutMs, admit, log });
  const dispatcher = new Pool('http://engine', {
    socketPath,
    connections: null,
    pipelining: 1,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
  const ask = createAsk(supervisor, startTimeoutMs);

  return {
    name: 'embedded',
    ...createTokenClient(dispatcher, ask),
    state: () => supervisor.state(),
    facts: () => supervisor.facts(),
    failure: () => supervisor.failure(),
    setThreads: (threads) => supervisor.setThreads(threads),
    chat(request, signal, caller: Caller = { cacheSalt: '' }) {
      const headers = {
        [cacheSaltHeader]: caller.cacheSalt,
        ...(caller.adapter !== undefined && { [adapterHeader]: caller.adapter }),
      };
      const upstream = { dispatcher, path: '/v1/chat/completions', headers };
      return ask(() => streamChat(upstream, request, signal, caller), signal);
    },
    embed(request, signal, caller) {
      const upstream = { dispatcher, path: '/v1/embeddings' };
      return ask(() => streamEmbeddings(upstream, request, signal, caller), signal);
    },
    async start() {
      supervisor.start();
      await supervisor.settled();
    },
    async close() {
      await supervisor.close();
      await dispatcher.destroy();
      // Left behind for want of files that may be opened, or by a disk that fails: the engine is gone all the same.
      await rm(directory, { recursive: true, force: true }).catch((err: unknown) =>
        log.warn({ engine: options.modelId, err }, 'the directory of an engine was not removed'),
      );
    },
  };
}
