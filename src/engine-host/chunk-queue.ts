import { randomBytes } from 'node:crypto';
import type { ChatCompletionChunk, Delta } from '../api/chat-completion-chunk.ts';
import type { FinishReason } from '../api/chat-completion.ts';
import type { Logprobs, TokenLogprob } from '../api/logprobs.ts';
import type { ManifoldError } from '../errors.ts';
import type { AnswerReader } from './answer-reader.ts';
import type { GenerationEnd, GenerationListener, SharedRequest } from './generation.ts';
import { UnreadChoice } from './unread-choice.ts';

/**
 * Collects what the choices of one request produce and hands it out at the reader's pace: text that piles up
 * while the reader is slow leaves joined. Ends with the usage chunk, or throws the first failure.
 */
export class ChunkQueue implements AsyncIterable<readonly ChatCompletionChunk[]> {
  readonly #head: Pick<ChatCompletionChunk, 'id' | 'object' | 'created' | 'model' | 'system_fingerprint'>;
  readonly #request: SharedRequest;
  readonly #readers: readonly AnswerReader[];
  readonly #hasLogprobs: boolean;
  readonly #hasTokenIds: boolean;
  readonly #promptText: string | undefined;
  #saysPrompt = true;
  readonly #started = new Set<number>();
  readonly #unread: readonly UnreadChoice[];
  readonly #closing: ChatCompletionChunk[] = [];
  #completionTokens = 0;
  #reasoningTokens = 0;
  #ended = 0;
  #failure: ManifoldError | undefined;
  #isCancelled = false;
  #wake: (() => void) | undefined;

  constructor(options: {
    readonly model: string;
    readonly request: SharedRequest;
    /** One for each choice. */
    readonly readers: readonly AnswerReader[];
    readonly hasLogprobs: boolean;
    /** Whether the prompt's and the answer's token ids are part of the chunks. */
    readonly hasTokenIds?: boolean;
    /** The prompt's text, to be part of the first chunk. */
    readonly promptText?: string | undefined;
    /** What the content of each choice begins with, before anything the model says. */
    readonly echo?: string | undefined;
  }) {
    this.#head = {
      id: `chatcmpl-${randomBytes(12).toString('hex')}`,
      object: 'chat.completion.chunk',
      created: Math.floor(Date.now() / 1000),
      model: options.model,
      system_fingerprint: null,
    };
    this.#request = options.request;
    this.#readers = options.readers;
    const { echo, hasTokenIds = false, promptText } = options;
    this.#unread = options.readers.map(() => new UnreadChoice(echo ? { content: echo } : undefined));
    this.#hasLogprobs = options.hasLogprobs;
    this.#hasTokenIds = hasTokenIds;
    this.#promptText = promptText;
  }

  listener(index: number): GenerationListener {
    return {
      onToken: (token) => {
        if (this.#hasTokenIds) this.#unread[index]?.addToken(token);
      },
      onText: (text, entries) => {
        this.#unread[index]?.add(this.#readers[index]?.push(text) ?? [], entries);
        this.#notify();
      },
      onEnd: (end) => this.#onEnd(index, end),
    };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly ChatCompletionChunk[]> {
    for (;;) {
      const chunks = this.#take();
      if (chunks.length > 0) yield chunks;
      if (this.#failure) throw this.#failure;
      if (this.#isCancelled) return;
      if (this.#ended === this.#readers.length && chunks.length === 0) break;
      if (chunks.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    yield [this.#usage()];
  }

  #take(): ChatCompletionChunk[] {
    const chunks = this.#unread.flatMap((_, index) => this.#takeOf(index));
    chunks.push(...this.#closing);
    this.#closing.length = 0;
    const [first] = chunks;
    if (first) chunks[0] = { ...first, ...this.#takePromptExtras() };
    return chunks;
  }

  #takeOf(index: number): ChatCompletionChunk[] {
    const { deltas = [], entries = [] } = this.#unread[index]?.take() ?? {};
    return deltas.map((delta, at) => this.#chunk(index, delta, this.#logprobs(at === 0 ? entries : []), null));
  }

  #onEnd(index: number, end: GenerationEnd): void {
    this.#ended++;
    if (end.kind === 'failed') this.#failure ??= end.error;
    else if (end.kind === 'cancelled') this.#isCancelled = true;
    else this.#finish(index, end);
    this.#notify();
  }

  #finish(
    index: number,
    { reason, tokens, reasoningTokens, wasCut, stopReason }: GenerationEnd & { kind: 'finished' },
  ): void {
    this.#completionTokens += tokens;
    this.#reasoningTokens += reasoningTokens;
    const last = this.#readers[index]?.end(reason, wasCut);
    this.#unread[index]?.add(last?.deltas ?? []);
    this.#unread[index]?.add(this.#unread[index]?.takeLead() ?? []);
    this.#closing.push(...this.#takeOf(index));
    const late = this.#unread[index]?.takeLate() ?? [];
    // An answer may be empty: its role still has to arrive, and what is late precedes its end.
    if (!this.#started.has(index) || late.length > 0)
      this.#closing.push(this.#chunk(index, { content: '' }, this.#logprobs(late), null));
    this.#closing.push(this.#chunk(index, {}, null, last?.reason ?? reason, stopReason));
  }

  #logprobs(entries: TokenLogprob[]): Logprobs {
    return this.#hasLogprobs ? { content: entries, refusal: null } : null;
  }

  #chunk(
    index: number,
    delta: Delta,
    logprobs: Logprobs,
    finishReason: FinishReason | null,
    stopReason?: string | number,
  ): ChatCompletionChunk {
    const isFirst = !this.#started.has(index);
    this.#started.add(index);
    return {
      ...this.#head,
      choices: [
        {
          index,
          delta: isFirst ? { role: 'assistant', ...delta } : delta,
          logprobs,
          finish_reason: finishReason,
          ...(finishReason && { stop_reason: stopReason ?? null }),
          ...(this.#hasTokenIds && { token_ids: this.#unread[index]?.takeTokens() ?? [] }),
        },
      ],
    };
  }

  /** What the first chunk says of the prompt. It is read by then. */
  #takePromptExtras(): Pick<ChatCompletionChunk, 'prompt_text' | 'prompt_token_ids' | 'prompt_logprobs'> {
    if (!this.#saysPrompt) return {};
    this.#saysPrompt = false;
    const { prompt, promptLogprobs, promptEntries = [null] } = this.#request;
    return {
      ...(this.#promptText !== undefined && { prompt_text: this.#promptText }),
      ...(this.#hasTokenIds && { prompt_token_ids: [...prompt] }),
      ...(promptLogprobs !== undefined && { prompt_logprobs: promptEntries }),
    };
  }

  #usage(): ChatCompletionChunk {
    const { prompt, cachedTokens } = this.#request;
    const usage = {
      prompt_tokens: prompt.length,
      completion_tokens: this.#completionTokens,
      total_tokens: prompt.length + this.#completionTokens,
      prompt_tokens_details: { cached_tokens: cachedTokens ?? 0 },
      completion_tokens_details: { reasoning_tokens: this.#reasoningTokens },
    };
    return { ...this.#head, choices: [], usage };
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
