import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAsk } from '../embedded/ask-when-ready.ts';
import { Supervisor, type Supervised, type SupervisorLog } from '../embedded/supervisor.ts';
import type { Caller } from '../engine.ts';
import type { Admit, LocalEngine } from '../local-engine.ts';
import { llamaServer } from '../quirks/llama-server.ts';
import type { Quirks } from '../quirks/quirks.ts';
import { createEndpoint } from '../openai-compatible/endpoint.ts';
import { createUpstreamEngine } from '../upstream/upstream-engine.ts';
import { createRenderedChat } from './rendered/rendered-chat.ts';
import { createTemplateWorker } from './rendered/template-worker.ts';
import type { ServerFacts } from './server-facts.ts';
import type { LlamaServerOptions } from './server-options.ts';
import { startLlamaServer } from './server-process.ts';
import { startWhenAdmitted } from './start-when-admitted.ts';
import { planLlamaServer } from './load-plan.ts';
import { withSlots } from './slotted-endpoint.ts';
import { createSlots } from './slots.ts';

export interface LlamaServerEngineOptions extends LlamaServerOptions {
  /** How long a request waits for a server that is loading or restarting. */
  readonly startTimeoutMs: number;
  /** How long a server may make no progress before it is ended. */
  readonly stallTimeoutMs: number;
  /** Default: it takes what is free. */
  readonly admit?: Admit;
  /** The environment; the server gets little of it. */
  readonly env: NodeJS.ProcessEnv;
}

const takeWhatIsFree: Admit = async () => null;

/** Requests that may wait for a slot, for each slot. */
const waitingPerSlot = 64;
/** One that is ours keeps keys apart, since its slots are shared out here, and was started with the contract's defaults. */
const ours: Quirks = { ...llamaServer, saltsCache: true, neutral: {} };

/**
 * A llama-server of ours as an engine: started and supervised as an engine host is, reached over a socket in a private
 * directory, and spoken to as one elsewhere is.
 */
export async function createLlamaServerEngine(
  options: LlamaServerEngineOptions,
  log: SupervisorLog,
): Promise<LocalEngine> {
  const { startTimeoutMs, stallTimeoutMs, env, admit = takeWhatIsFree, ...serverOptions } = options;
  // Short and private: a socket's path has about 100 bytes, and nobody else may connect.
  const directory = await mkdtemp(join(tmpdir(), 'manifold-'));
  const socketPath = join(directory, 'llama.sock');
  let facts: ServerFacts | undefined;
  /** Of the running server, which cannot be told another number. */
  let threadsInUse = options.threads;
  const start: Supervised['start'] = (listeners, threads) =>
    startWhenAdmitted({
      plan: () => planLlamaServer({ ...serverOptions, threads }, { socketPath, env }),
      onPlan: (plan) => listeners.onEvent({ event: 'plan', ...plan }),
      start() {
        threadsInUse = threads;
        const onFacts = (told: ServerFacts) => void (facts = told);
        return startLlamaServer({ ...serverOptions, threads }, { ...listeners, socketPath, env, onFacts });
      },
    });
  const { modelId, modelPath, threads, slots = 4 } = options;
  const supervisor = new Supervisor({ modelId, modelPath, threads, start }, { stallTimeoutMs, admit, log });
  const ask = createAsk(supervisor, startTimeoutMs);
  const connection = createEndpoint('http://llama-server', { ...untimed, socketPath }, ours);
  const endpoint = withSlots(connection, createSlots(slots, slots * waitingPerSlot));
  const worker = createTemplateWorker();
  const model = createUpstreamEngine({
    endpoint,
    monitor: { stateOf: () => supervisor.state(), seesImages: () => facts?.seesImages, othersWork: () => 0 },
    quirks: ours,
    model: modelId,
    askApart: createRenderedChat({
      endpoint,
      quirks: ours,
      model: modelId,
      worker,
      template: () => facts?.chatTemplate,
    }),
  });
  return {
    ...model,
    facts: () => ({ ...supervisor.facts(), threads: threadsInUse }),
    failure: () => supervisor.failure(),
    setThreads: (count) => supervisor.setThreads(count),
    // What is not known yet is known when it is ready; until then the configuration tells.
    acceptsImages: () => facts?.seesImages ?? options.mmproj !== undefined,
    chat: (request, signal, caller: Caller = { cacheSalt: '' }) =>
      ask(() => model.chat(request, signal, caller), signal),
    tokenize: (call, signal, trace) => ask(() => model.tokenize?.(call, signal, trace) ?? missing(), signal),
    detokenize: (tokens, signal, trace) => ask(() => model.detokenize?.(tokens, signal, trace) ?? missing(), signal),
    async start() {
      supervisor.start();
      await supervisor.settled();
    },
    async close() {
      await supervisor.close();
      await Promise.all([connection.close(), worker.close()]);
      // Left behind for want of files that may be opened, or by a disk that fails: the engine is gone all the same.
      await rm(directory, { recursive: true, force: true }).catch((err: unknown) =>
        log.warn({ engine: modelId, err }, 'the directory of an engine was not removed'),
      );
    },
  };
}

/** Whoever runs the server watches over it: no request has a clock of its own. */
const untimed = { connectTimeoutMs: 10_000, firstByteTimeoutMs: 0, idleTimeoutMs: 0, selfRouting: false } as const;

/** The dialect of this kind has both routes. */
function missing(): Promise<never> {
  return Promise.reject(new TypeError('llama-server has token routes.'));
}
