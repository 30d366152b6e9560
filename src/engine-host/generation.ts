import type { FinishReason } from '../api/chat-completion.ts';
import type { TokenLogprob } from '../api/logprobs.ts';
import type { ManifoldError } from '../errors.ts';
import { AnswerText } from './answer-text.ts';
import type { GenerationEnd, GenerationListener } from './generation-listener.ts';
import type { GenerationOptions } from './generation-options.ts';
import type { Grammar } from './grammar.ts';
import type { LogProbabilities } from './log-probabilities.ts';
import type { Sampler } from './sampler.ts';
import type { SharedRequest } from './shared-request.ts';
import type { ThinkingLimit } from './thinking-limit.ts';
import type { Vocabulary } from './vocabulary.ts';

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
  readonly #text: AnswerText;

  constructor(options: GenerationOptions, listener: GenerationListener) {
    this.options = options;
    this.tokens = Array.from(options.request.prompt);
    this.#listener = listener;
    this.#text = new AnswerText(options);
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

  /** Ends the reasoning at its budget, by tokens that come whatever the model would choose. */
  get thinkingLimit(): ThinkingLimit | undefined {
    return this.options.thinkingLimit;
  }

  /** Whether the text so far ends inside a character. */
  get isInsideCharacter(): boolean {
    return this.#text.isInsideCharacter;
  }

  /** The ends that may not be chosen now. A stop token may where only the model's own ends are ignored. */
  forbiddenEnds({ endOfGeneration }: Vocabulary): readonly number[] {
    const { ignoreEndOfGeneration, minTokens, stopTokens = [] } = this.options;
    if (this.#generated < minTokens) return [...endOfGeneration, ...stopTokens];
    return ignoreEndOfGeneration ? endOfGeneration.filter((token) => !stopTokens.includes(token)) : [];
  }

  /** How many tokens were answered so far. */
  get answeredCount(): number {
    return this.#generated;
  }

  /** The tokens answered so far. */
  get answered(): readonly number[] {
    return this.tokens.slice(this.request.prompt.length);
  }

  /**
   * Takes a token: delivers its text, and ends at an end or stop token that the model chose, at a stop string, or at the
   * limit. With its log probabilities, if they are reported; a token that ends the answer is no part of it and has no
   * entry, unless that is wanted. Where no token is wanted, the generation ends without this one: its prompt is read.
   */
  accept(token: number, known: Vocabulary, probabilities?: LogProbabilities, isOwn = true): void {
    const { shownVocabulary: vocabulary = known, stopTokens = [], includesStop, ignoreEndOfGeneration } = this.options;
    if (this.options.maxTokens === 0) return this.#finish('length');
    this.#generated++;
    this.tokens.push(token);
    this.#listener.onToken?.(token);
    const isStop = isOwn && stopTokens.includes(token);
    const isEnd = isOwn && vocabulary.endOfGeneration.includes(token);
    if (isEnd || (isStop && !includesStop)) {
      if (probabilities && this.options.reportsEnd) this.#text.noteEnd(vocabulary, probabilities);
      return this.#finish('stop', isStop && (!isEnd || ignoreEndOfGeneration) ? token : undefined);
    }
    const said = this.#text.push(token, { vocabulary, probabilities, isOwn, mayStop: this.#mayStop });
    this.#deliver(said);
    if (said.stop !== undefined) return this.#endFinished('stop', said.stop);
    if (isStop) this.#finish('stop', token);
    else if (this.#generated >= this.options.maxTokens) this.#finish('length');
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

  /** Whether a stop string may end the answer yet. */
  get #mayStop(): boolean {
    return this.#generated > this.options.minTokens;
  }

  #finish(reason: FinishReason, stopToken?: number): void {
    const said = this.#text.end(this.#mayStop);
    this.#deliver(said);
    if (said.stop !== undefined) return this.#endFinished('stop', said.stop);
    this.#endFinished(reason, stopToken);
  }

  #endFinished(reason: FinishReason, stopReason: string | number | undefined): void {
    const reasoningTokens = this.options.tracker?.tokens ?? 0;
    const wasCut = reason === 'length' || stopReason !== undefined;
    const why = stopReason === undefined ? {} : { stopReason };
    this.#end({ kind: 'finished', reason, tokens: this.#generated, reasoningTokens, wasCut, ...why });
  }

  #deliver({ text, entries }: { readonly text: string; readonly entries: readonly TokenLogprob[] }): void {
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
