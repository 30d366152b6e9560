import type { ChatCompletionChunk } from '../../src/api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../src/api/internal/engine-request.ts';
import type { FinishReason } from '../../src/api/chat-completion.ts';
import type { Logprobs } from '../../src/api/logprobs.ts';
import type { ToolCallDelta } from '../../src/api/tool.ts';
import type { Engine, EngineState } from '../../src/engines/engine.ts';

/** One step of a script: a chunk, a failure, a pause, something to wait for, or silence until the request is aborted. */
export type Step =
  | ChatCompletionChunk
  | Error
  | { readonly pauseMs: number }
  | { readonly until: Promise<unknown> }
  | 'stall';

export interface ScriptedEngine extends Engine {
  readonly requests: EngineRequest[];
  /** How many requests were aborted while they ran. */
  aborts(): number;
  /** How many streams have been opened and not left. */
  open(): number;
  setState(state: EngineState): void;
}

/** An engine that plays a script, the same for every request unless given per attempt. */
export function scriptedEngine(
  script: readonly Step[] | ((attempt: number, request: EngineRequest) => readonly Step[] | Error),
  {
    emulated = [],
    acceptsImages = false,
  }: { readonly emulated?: readonly string[]; readonly acceptsImages?: boolean } = {},
): ScriptedEngine {
  const requests: EngineRequest[] = [];
  let state: EngineState = { kind: 'ready', contextLength: 4096, slots: 4 };
  let aborts = 0;
  let open = 0;

  async function* play(steps: readonly Step[], signal: AbortSignal): AsyncGenerator<ChatCompletionChunk> {
    open++;
    const onAbort = () => void aborts++;
    signal.addEventListener('abort', onAbort);
    try {
      for (const step of steps) {
        if (step instanceof Error) throw step;
        if (step === 'stall') await untilAborted(signal);
        else if ('pauseMs' in step) await new Promise((resolve) => setTimeout(resolve, step.pauseMs));
        else if ('until' in step) await step.until;
        else yield step;
      }
    } finally {
      open--;
      signal.removeEventListener('abort', onAbort);
    }
  }

  return {
    name: 'scripted',
    requests,
    aborts: () => aborts,
    open: () => open,
    setState: (next) => void (state = next),
    state: () => state,
    acceptsImages: () => acceptsImages,
    async chat(request, signal, caller) {
      requests.push(request);
      const steps = typeof script === 'function' ? script(requests.length, request) : script;
      if (steps instanceof Error) throw steps;
      if (emulated.length > 0) caller?.onEmulated?.(emulated);
      return play(steps, signal);
    },
    start: async () => {},
    close: async () => {},
  };
}

function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
  });
}

const head = {
  id: 'engine-id',
  object: 'chat.completion.chunk' as const,
  created: 1,
  model: 'engine-model',
  system_fingerprint: 'fp_test',
};

export function piece(content: string, index = 0, logprobs: Logprobs = null): ChatCompletionChunk {
  return { ...head, choices: [{ index, delta: { content }, logprobs, finish_reason: null }] };
}

export function role(index = 0): ChatCompletionChunk {
  return { ...head, choices: [{ index, delta: { role: 'assistant' }, logprobs: null, finish_reason: null }] };
}

export function thought(reasoning: string, index = 0): ChatCompletionChunk {
  return {
    ...head,
    choices: [{ index, delta: { reasoning_content: reasoning }, logprobs: null, finish_reason: null }],
  };
}

/** Pieces of calls, as one chunk. */
export function callPieces(...pieces: readonly ToolCallDelta[]): ChatCompletionChunk {
  return { ...head, choices: [{ index: 0, delta: { tool_calls: [...pieces] }, logprobs: null, finish_reason: null }] };
}

/** A call in three chunks: its beginning and two halves of its arguments. */
export function call(index: number, id: string, name: string, args: object): ChatCompletionChunk[] {
  const text = JSON.stringify(args);
  const half = text.length >> 1;
  return [
    callPieces({ index, id, type: 'function', function: { name, arguments: '' } }),
    callPieces({ index, function: { arguments: text.slice(0, half) } }),
    callPieces({ index, function: { arguments: text.slice(half) } }),
  ];
}

export function finish(reason: FinishReason = 'stop', index = 0): ChatCompletionChunk {
  return { ...head, choices: [{ index, delta: {}, logprobs: null, finish_reason: reason }] };
}

export function usageOf(prompt: number, completion: number): ChatCompletionChunk {
  return {
    ...head,
    choices: [],
    usage: { prompt_tokens: prompt, completion_tokens: completion, total_tokens: prompt + completion },
  };
}

/** A whole answer: role, pieces, end, usage. */
export function answer(...pieces: string[]): ChatCompletionChunk[] {
  return [role(), ...pieces.map((text) => piece(text)), finish(), usageOf(7, pieces.length)];
}
