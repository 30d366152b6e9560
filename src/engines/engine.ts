import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { EngineRequest } from '../api/internal/engine-request.ts';

/** Where an engine stands. `failed` is final until someone acts; `loading` ends by itself. */
export type EngineState =
  | { readonly kind: 'loading'; readonly progress: number }
  | { readonly kind: 'ready'; readonly contextLength: number; readonly slots: number }
  | { readonly kind: 'failed'; readonly message: string };

/** What an engine may know of who asks. */
export interface Caller {
  /** What was computed for a common beginning is shared only between requests with the same salt. */
  readonly cacheSalt: string;
  /** Told once the request is accepted, when the engine does something in another way than asked: names of fields. */
  readonly onEmulated?: (names: readonly string[]) => void;
}

/**
 * The seam: everything that runs a model is one of these. Its vocabulary is the wire contract.
 *
 * `await chat()` means the engine validated and queued the request: whatever can be refused is thrown
 * here as a ManifoldError and keeps its HTTP status. Iterating means tokens. The stream always ends with
 * a chunk that holds `usage` and no choices, or throws. Aborting `signal`, or leaving the iteration,
 * stops the work.
 */
export interface Engine {
  readonly name: string;
  state(): EngineState;
  chat(request: EngineRequest, signal: AbortSignal, caller?: Caller): Promise<AsyncIterable<ChatCompletionChunk>>;
  /** Starts what `chat` needs; resolves when the first attempt ended, well or not (`state()` tells). */
  start(): Promise<void>;
  /** Stops the engine and everything it started. Idempotent. */
  close(): Promise<void>;
}
