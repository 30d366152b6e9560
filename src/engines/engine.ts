import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { EmbeddingFacts } from '../api/embedding-facts.ts';
import type { EmbeddingRequest } from '../api/embeddings.ts';
import type { EmbeddingEvent } from '../api/internal/embedding-event.ts';
import type { EngineRequest } from '../api/internal/engine-request.ts';
import type { Trace } from '../api/internal/trace.ts';
import type { Rendered, TokenizeCall, Tokenized } from '../api/internal/tokens.ts';

/**
 * Where an engine stands. `available` is loaded when it is asked; `loading` ends by itself; `failed` is final until someone
 * acts, but for an engine elsewhere, which may come back.
 */
export type EngineState =
  | {
      readonly kind: 'available';
      /** Why there was no memory for it when it was last asked for, which may be otherwise by now. */
      readonly refused?: string | undefined;
    }
  | {
      readonly kind: 'loading';
      readonly progress: number;
      /** Whether a request brought it about: the server is as ready as it was before. */
      readonly isOnDemand?: boolean;
    }
  | {
      readonly kind: 'ready';
      /** Tokens that prompt and answer may have together; null where an engine elsewhere does not tell. */
      readonly contextLength: number | null;
      /** The same where one of several engines takes more than all do; null where one of them does not tell. */
      readonly longestContext?: number | null;
      /** Requests that run together; null where an engine elsewhere does not tell. */
      readonly slots: number | null;
      /** What is less than configured for want of memory, in words. */
      readonly shrunk?: string | undefined;
      /** Of a model that makes embeddings, and answers nothing. */
      readonly embedding?: EmbeddingFacts | undefined;
    }
  | {
      readonly kind: 'failed';
      readonly message: string;
      /** What clients are told in its place: where on this machine files lie is not for them. */
      readonly told?: string | undefined;
    };

/** Tokens that were processed. */
export interface Used {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** What an engine may know of who asks. */
export interface Caller {
  /** What was computed for a common beginning is shared only between requests with the same salt. */
  readonly cacheSalt: string;
  /** Told once the request is accepted, when the engine does something in another way than asked: names of fields. */
  readonly onEmulated?: (names: readonly string[]) => void;
  /** Told when an attempt is lost before anything of its answer was handed out, with what the engine said it used. */
  readonly onLostAttempt?: (used: Used | undefined) => void;
  /** Told how many pieces of an answer were generated and are held back until it is whole, as they become more. */
  readonly onHeld?: (pieces: number) => void;
  /** Told how long the prompt is, where the engine says so when it accepts the request. */
  readonly onPromptTokens?: (tokens: number) => void;
  /** Told when about so many tokens go to a server that answers all at once: it works on them, whoever leaves. */
  readonly onSent?: (tokens: number) => void;
  /**
   * Told when the request begins to wait for a place that an engine elsewhere may have for it: that is not the engine's
   * time. What it gives is called once, when the wait is over, however that ends.
   */
  readonly onWait?: () => () => void;
  /** Told the name of each engine that is asked. */
  readonly onReplica?: (name: string) => void;
  /** Told when the engine says nothing right about usage, so that what it tells is an estimate. */
  readonly onEstimated?: () => void;
  /** The adapter to answer with, by name, where an engine has several models in one. */
  readonly adapter?: string | undefined;
  /** What an engine elsewhere may log the request under. */
  readonly trace?: Trace | undefined;
}

/**
 * The seam: everything that runs a model is one of these. Its vocabulary is the wire contract.
 *
 * `await chat()` means the engine validated and queued the request: whatever can be refused is thrown
 * here as a ManifoldError and keeps its HTTP status. Iterating means tokens. The stream always ends with
 * a chunk that holds `usage` and no choices, or throws; one that holds neither says that the engine is at work.
 * Aborting `signal`, or leaving the iteration, stops the work.
 */
export interface Engine {
  readonly name: string;
  state(): EngineState;
  /** Whether `chat` takes image parts, which then hold data URLs that were checked. Absent: it reads text only. */
  acceptsImages?(): boolean;
  chat(request: EngineRequest, signal: AbortSignal, caller?: Caller): Promise<AsyncIterable<ChatCompletionChunk>>;
  /**
   * Turns texts into vectors; absent where an engine never does. As with `chat`, awaiting means accepted: an engine
   * whose model does not embed refuses with `unsupported_task`. The stream has an event for each input, in any order,
   * or throws. An event for an input that had one replaces it: the work has begun anew.
   */
  embed?(request: EmbeddingRequest, signal: AbortSignal, caller?: Caller): Promise<AsyncIterable<EmbeddingEvent>>;
  /** Requests that others have there, as far as it tells. Absent: none that are known. */
  othersWork?(): number;
  /** Whether it is known that one more request would find no room. Absent: that is never known. */
  isFull?(): boolean;
  /** Starts what `chat` needs; resolves when the first attempt ended, well or not (`state()` tells). */
  start(): Promise<void>;
  /** The tokens of a text that is a whole prompt. Absent, as the next two, where the engine cannot tell. */
  tokenize?(call: TokenizeCall, signal: AbortSignal, trace?: Trace): Promise<Tokenized>;
  /** The text of tokens; a token that does not exist is a 400 naming `tokens[at]`. */
  detokenize?(tokens: readonly number[], signal: AbortSignal, trace?: Trace): Promise<string>;
  /** What `chat` would let the model read for this request, which does not run. */
  render?(request: EngineRequest, signal: AbortSignal, trace?: Trace): Promise<Rendered>;
  /** Stops the engine and everything it started. Idempotent. */
  close(): Promise<void>;
}
