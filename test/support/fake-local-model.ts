import type { ChatCompletionChunk } from '../../src/api/chat-completion-chunk.ts';
import type { EmbeddingEvent } from '../../src/api/internal/embedding-event.ts';
import type { LoadPlan, MemoryNeed } from '../../src/api/internal/engine-host.ts';
import { toManifoldError, type ManifoldError } from '../../src/errors.ts';
import type { Caller, EngineState } from '../../src/engines/engine.ts';
import type { Admit, LocalEngine } from '../../src/engines/local-engine.ts';
import type { PoolModel } from '../../src/engines/pool/pool.ts';

/** A need of so many bytes in one piece. */
export const needOf = (bytes: number): MemoryNeed => ({ weights: bytes, keyValueCache: 0, compute: 0, runtime: 0 });

export interface FakeLocalModel extends PoolModel {
  /** What happened, in order: `load`, `ready`, `close`. */
  readonly events: readonly string[];
  /** Bytes it was admitted with, each time. */
  readonly granted: readonly (number | null)[];
  /** Threads it has now. */
  threadsNow(): number;
  /** Its requests, as its engine got them. */
  readonly requests: readonly object[];
  /** The callers of its requests. */
  readonly callers: readonly (Caller | undefined)[];
  /** Its answers end when this is called; without it they end at once. */
  readonly answers: { holds: boolean; release(): void };
  /** A load that waits until this is called. */
  readonly loads: { holds: boolean; release(): void; fails: ManifoldError | undefined };
}

interface FakeOptions extends Partial<PoolModel> {
  readonly bytes?: number;
  readonly least?: number;
  readonly graphics?: LoadPlan['graphics'];
}

/** A local model whose engine is a stand-in: it asks for room, and loads and answers when the test lets it. */
export function fakeLocalModel(id: string, { bytes = 100, least = bytes, graphics = null, ...rest }: FakeOptions = {}) {
  const events: string[] = [];
  const granted: (number | null)[] = [];
  const requests: object[] = [];
  const callers: (Caller | undefined)[] = [];
  const answers = gate();
  const loads = Object.assign(gate(), { fails: undefined as ManifoldError | undefined });
  let threads = 0;
  const plan: LoadPlan = { wanted: needOf(bytes), least: needOf(least), mapped: 0, graphics };
  const create = async (admit: Admit, first: number): Promise<LocalEngine> => {
    let state: EngineState = { kind: 'loading', progress: 0 };
    let failure: ManifoldError | undefined;
    threads = first;
    const fail = (error: ManifoldError) => {
      failure = error;
      state = { kind: 'failed', message: error.message };
    };
    return {
      name: 'fake',
      state: () => state,
      failure: () => failure,
      facts: () => ({ pid: 1, need: needOf(Math.min(bytes, granted.at(-1) ?? bytes)), residentBytes: bytes, threads }),
      setThreads: (count) => void (threads = count),
      async start() {
        try {
          granted.push(await admit(plan));
        } catch (error) {
          return fail(toManifoldError(error));
        }
        events.push('load');
        await loads.opened();
        if (loads.fails) return fail(loads.fails);
        events.push('ready');
        state = { kind: 'ready', contextLength: 100, slots: 4 };
      },
      async chat(request, signal, caller) {
        requests.push(request);
        callers.push(caller);
        return answer(id, answers.opened, signal);
      },
      async embed(request) {
        requests.push(request);
        return vectors();
      },
      async render(request) {
        requests.push(request);
        return { text: id, tokens: [] };
      },
      async close() {
        if (state.kind === 'failed' && granted.length === 0) return;
        events.push('close');
      },
    };
  };
  const model: FakeLocalModel = {
    id,
    ...rest,
    create,
    events,
    granted,
    requests,
    callers,
    answers,
    loads,
    threadsNow: () => threads,
  };
  return model;
}

async function* answer(text: string, opened: () => Promise<void>, signal: AbortSignal) {
  const chunk = (content: string): ChatCompletionChunk => ({
    id: 'x',
    object: 'chat.completion.chunk',
    created: 0,
    model: text,
    system_fingerprint: null,
    choices: [{ index: 0, delta: { content }, finish_reason: null, logprobs: null }],
  });
  yield chunk(text);
  await opened();
  signal.throwIfAborted();
  yield chunk('.');
}

async function* vectors(): AsyncGenerator<EmbeddingEvent> {
  yield { index: 0, embedding: '', prompt_tokens: 1 };
}

function gate() {
  let waiting: (() => void)[] = [];
  const self = {
    holds: false,
    opened: async () => {
      if (self.holds) await new Promise<void>((resolve) => waiting.push(resolve));
    },
    release: () => {
      self.holds = false;
      for (const open of waiting) open();
      waiting = [];
    },
  };
  return self;
}
