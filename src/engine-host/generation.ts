import type { FinishReason } from '../api/chat-completion.ts';
import type { TokenLogprob } from '../api/logprobs.ts';
import type { ManifoldError } from '../errors.ts';
import type { Grammar } from './grammar.ts';
import { HeldEntries } from './held-entries.ts';
import type { LogProbabilities } from './log-probabilities.ts';
import { logprobEntry } from './logprob-entry.ts';
import type { Sampler } from './sampler.ts';
import { StopMatcher } from './stop-matcher.ts';
import { Utf8Decoder } from './utf8-decoder.ts';
import type { Vocabulary } from './vocabulary.ts';

/** What the choices of one request have in common. */
export interface SharedRequest {
  readonly prompt: Int32Array;
  /** Cells are shared only between requests with the same salt. */
  readonly salt: string;
  /** The lower, the sooner. */
  readonly priority: number;
  /** Whether the text may not depend on what runs beside it, to the last bit. */
  readonly isDeterministic: boolean;
  /** Prompt tokens that were in the model's memory already; known once the first choice has a slot. */
  cachedTokens?: number;
}

export interface GenerationOptions {
  readonly request: SharedRequest;
  /** Tokens the answer may have, within what the context leaves. */
  readonly maxTokens: number;
  readonly minTokens: number;
  readonly ignoreEndOfGeneration: boolean;
  readonly stop: readonly string[];
  /** Alternatives to report with the log probability of each token; undefined: report nothing. */
  readonly topLogprobs: number | undefined;
  readonly createSampler: () => Sampler;
  /** What the answer has to look like, if it has to. */
  readonly grammar?: Grammar | undefined;
  /** The field of the request that the grammar comes from. */
  readonly grammarParam?: string | undefined;
}

/** How a generation ended; exactly one per generation. */
export type GenerationEnd =
  | {
      readonly kind: 'finished';
      readonly reason: FinishReason;
      readonly tokens: number;
      /** Whether a limit or a stop string ended the text, and not the model. */
      readonly wasCut: boolean;
    }
  | { readonly kind: 'failed'; readonly error: ManifoldError }
  | { readonly kind: 'cancelled' };

export interface GenerationListener {
  /** Text to deliver, and the entries of the tokens whose text is out with it. Only the last text may be empty. */
  onText(text: string, entries: readonly TokenLogprob[]): void;
  onEnd(end: GenerationEnd): void;
}

/** One choice from prompt to end: what is fed to the model next, and what its tokens mean for the client. */
export class Generation {
  readonly options: GenerationOptions;
  /** The prompt and what was answered so far. */
  readonly tokens: number[];
  /** How many of them are in the model's memory. */
  position = 0;
  /** Its place in the order of coming; set when it is queued. */
  arrival = 0;
  isOver = false;
  isCancelled = false;
  #generated = 0;
  #sampler: Sampler | undefined;
  readonly #listener: GenerationListener;
  readonly #decoder = new Utf8Decoder();
  readonly #stops: StopMatcher;
  readonly #entries = new HeldEntries<TokenLogprob>();

  constructor(options: GenerationOptions, listener: GenerationListener) {
    this.options = options;
    this.tokens = Array.from(options.request.prompt);
    this.#listener = listener;
    this.#stops = new StopMatcher(options.stop);
  }

  get request(): SharedRequest {
    return this.options.request;
  }

  /** Tokens to decode before the next can be sampled: 1 while it answers, more while its prompt is read. */
  get pending(): number {
    return this.tokens.length - this.position;
  }

  /** Also true when a preempted generation reads its own answer again. */
  get isReadingPrompt(): boolean {
    return this.pending > 1;
  }

  get hasAnswered(): boolean {
    return this.#generated > 0;
  }

  get sampler(): Sampler {
    this.#sampler ??= this.options.createSampler();
    return this.#sampler;
  }

  /** A sampler in the state before a choice that was taken back. */
  set sampler(sampler: Sampler) {
    this.#sampler?.free();
    this.#sampler = sampler;
  }

  get grammar(): Grammar | undefined {
    return this.options.grammar;
  }

  /** Whether an end-of-generation token may not be chosen now. */
  get mustContinue(): boolean {
    return this.options.ignoreEndOfGeneration || this.#generated < this.options.minTokens;
  }

  /**
   * Takes a sampled token: delivers its text, and ends at an end token, a stop string or the limit. With its
   * log probabilities, if they are reported; the end token itself is no part of the answer and has no entry.
   */
  accept(token: number, vocabulary: Vocabulary, probabilities?: LogProbabilities): void {
    this.#generated++;
    this.tokens.push(token);
    if (vocabulary.endOfGeneration.includes(token)) return this.#finish('stop');
    const decoded = this.#decoder.push(vocabulary.piece(token));
    if (probabilities) this.#entries.hold(logprobEntry(probabilities, vocabulary), decoded, this.#decoder.isPending);
    const { text, stopped } = this.#stops.push(decoded);
    if (stopped) {
      this.#deliver(text, this.#entries.cut(text));
      return this.#end({ kind: 'finished', reason: 'stop', tokens: this.#generated, wasCut: true });
    }
    // An entry waits for text to go with.
    if (text !== '') this.#deliver(text, this.#entries.deliver(text));
    if (this.#generated >= this.options.maxTokens) this.#finish('length');
  }

  fail(error: ManifoldError): void {
    this.#end({ kind: 'failed', error });
  }

  /** Marks the generation as unwanted; the lane frees its slot before the next step. */
  cancel(): void {
    this.isCancelled = true;
  }

  endCancelled(): void {
    this.#end({ kind: 'cancelled' });
  }

  #finish(reason: FinishReason): void {
    this.#deliver(this.#stops.flush(), this.#entries.flush());
    this.#end({ kind: 'finished', reason, tokens: this.#generated, wasCut: reason === 'length' });
  }

  #deliver(text: string, entries: readonly TokenLogprob[]): void {
    if (text !== '' || entries.length > 0) this.#listener.onText(text, entries);
  }

  #end(end: GenerationEnd): void {
    if (this.isOver) return;
    this.isOver = true;
    this.#sampler?.free();
    this.#sampler = undefined;
    this.#listener.onEnd(end);
  }
}
