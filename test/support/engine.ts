import { execFileSync } from 'node:child_process';
import { chatCompletionRequest, type ChatCompletionRequestInput } from '../../src/api/chat-completion-request.ts';
import type { ChatCompletionChunk } from '../../src/api/chat-completion-chunk.ts';
import type { EngineRequest } from '../../src/api/internal/engine-request.ts';
import { createEmbeddedEngine, type EmbeddedOptions } from '../../src/engines/embedded/embedded-engine.ts';
import type { Caller, Engine } from '../../src/engines/engine.ts';
import { superviseAlone } from '../../src/engines/registry.ts';
import { writeScriptedModel } from './scripted-model.ts';

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** A real engine host with one thread, so that tests running side by side leave each other the processor. */
export async function startEngine(modelPath: string, options: Partial<EmbeddedOptions> = {}): Promise<Engine> {
  const engine = await createEmbeddedEngine(
    {
      modelId: 'scripted',
      modelPath,
      slots: 4,
      threads: 1,
      env: {},
      startTimeoutMs: 60_000,
      stallTimeoutMs: 60_000,
      ...options,
    },
    silent,
  );
  await engine.start();
  return engine;
}

/** The same as a server has it: a request that loses its host before anything was said is sent again. */
export async function startSupervisedEngine(
  modelPath: string,
  options: Partial<EmbeddedOptions> = {},
): Promise<Engine> {
  const log = { info: () => undefined, warn: () => undefined };
  return superviseAlone('scripted', await startEngine(modelPath, options), log);
}

/** An engine host with a scripted model of its own, which is removed when the engine closes. */
export async function startScriptedEngine(options: Partial<EmbeddedOptions> = {}): Promise<Engine> {
  const file = writeScriptedModel();
  const engine = await startEngine(file.path, options);
  return { ...engine, close: () => engine.close().finally(() => file.remove()) };
}

/** A request with the contract's defaults for one user message. */
export function ask(content: string, fields: Partial<ChatCompletionRequestInput> = {}) {
  return chatCompletionRequest.parse({ model: 'scripted', messages: [{ role: 'user', content }], ...fields });
}

export interface Answer {
  readonly texts: readonly string[];
  readonly finishReasons: readonly (string | null | undefined)[];
  readonly usage: ChatCompletionChunk['usage'];
  readonly chunks: readonly ChatCompletionChunk[];
}

/** Runs a request to its end. */
export async function answer(
  engine: Engine,
  request: EngineRequest,
  signal = new AbortController().signal,
  caller?: Caller,
): Promise<Answer> {
  const chunks: ChatCompletionChunk[] = [];
  for await (const chunk of await engine.chat(request, signal, caller)) chunks.push(chunk);
  const choices = Array.from({ length: request.n }, (_, index) =>
    chunks.flatMap((chunk) => chunk.choices.filter((choice) => choice.index === index)),
  );
  return {
    texts: choices.map((choice) => choice.map(({ delta }) => delta.content ?? '').join('')),
    finishReasons: choices.map((choice) => choice.at(-1)?.finish_reason),
    usage: chunks.at(-1)?.usage,
    chunks,
  };
}

/** The engine host's process, found by the model path in its arguments. */
export function hostPid(path: string): number {
  const found = execFileSync('pgrep', ['-f', `engine-host/main.*${path}`], { encoding: 'utf8' });
  return Number(found.trim().split('\n')[0]);
}
