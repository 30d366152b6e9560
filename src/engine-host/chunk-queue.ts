import { randomBytes } from 'node:crypto';
import type { ChatCompletionChunk, Delta } from '../api/chat-completion-chunk.ts';
import type { FinishReason } from '../api/chat-completion.ts';
import type { Logprobs, TokenLogprob } from '../api/logprobs.ts';
import type { ManifoldError } from '../errors.ts';
import type { GenerationEnd, GenerationListener, SharedRequest } from './generation.ts';

/** What a choice has produced and nobody has read. */
interface Unread {
  text: string;
  readonly entries: TokenLogprob[];
}

/**
 * Collects what the choices of one request produce and hands it out at the reader's pace: text that piles up
 * while the reader is slow leaves joined. Ends with the usage chunk, or throws the first failure.
 */
export class ChunkQueue implements AsyncIterable<readonly ChatCompletionChunk[]> {
  readonly #head: Pick<ChatCompletionChunk, 'id' | 'object' | 'created' | 'model' | 'system_fingerprint'>;
  readonly #request: SharedRequest;
  readonly #choices: number;
  readonly #hasLogprobs: boolean;
  readonly #started = new Set<number>();
  readonly #unread = new Map<number, Unread>();
  readonly #closing: ChatCompletionChunk[] = [];
  #completionTokens = 0;
  #ended = 0;
  #failure: ManifoldError | undefined;
  #isCancelled = false;
  #wake: (() => void) | undefined;

  constructor(options: { model: string; request: SharedRequest; choices: number; hasLogprobs: boolean }) {
    this.#head = {
      id: `chatcmpl-${randomBytes(12).toString('hex')}`,
      object: 'chat.completion.chunk',
      created: Math.floor(Date.now() / 1000),
      model: options.model,
      system_fingerprint: null,
    };
    this.#request = options.request;
    this.#choices = options.choices;
    this.#hasLogprobs = options.hasLogprobs;
  }

  listener(index: number): GenerationListener {
    return {
      onText: (text, entries) => {
        const unread = this.#unread.get(index) ?? { text: '', entries: [] };
        unread.text += text;
        unread.entries.push(...entries);
        this.#unread.set(index, unread);
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
      if (this.#ended === this.#choices && this.#unread.size === 0 && this.#closing.length === 0) break;
      if (chunks.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    yield [this.#usage()];
  }

  #take(): ChatCompletionChunk[] {
    const chunks = [...this.#unread].map(([index, unread]) => this.#textChunk(index, unread));
    chunks.push(...this.#closing);
    this.#unread.clear();
    this.#closing.length = 0;
    return chunks;
  }

  #onEnd(index: number, end: GenerationEnd): void {
    this.#ended++;
    if (end.kind === 'failed') this.#failure ??= end.error;
    else if (end.kind === 'cancelled') this.#isCancelled = true;
    else {
      this.#completionTokens += end.tokens;
      const unread = this.#unread.get(index);
      // An answer may be empty: its role still has to arrive, and its text precedes its end.
      if (unread !== undefined || !this.#started.has(index))
        this.#closing.push(this.#textChunk(index, unread ?? { text: '', entries: [] }));
      this.#unread.delete(index);
      this.#closing.push(this.#chunk(index, {}, null, end.reason));
    }
    this.#notify();
  }

  #textChunk(index: number, { text, entries }: Unread): ChatCompletionChunk {
    const logprobs = this.#hasLogprobs ? { content: entries, refusal: null } : null;
    return this.#chunk(index, { content: text }, logprobs, null);
  }

  #chunk(index: number, delta: Delta, logprobs: Logprobs, finishReason: FinishReason | null): ChatCompletionChunk {
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
        },
      ],
    };
  }

  #usage(): ChatCompletionChunk {
    const { prompt, cachedTokens } = this.#request;
    const usage = {
      prompt_tokens: prompt.length,
      completion_tokens: this.#completionTokens,
      total_tokens: prompt.length + this.#completionTokens,
      prompt_tokens_details: { cached_tokens: cachedTokens ?? 0 },
    };
    return { ...this.#head, choices: [], usage };
  }

  #notify(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}
