import { randomBytes } from 'node:crypto';
import type { ChatCompletionChunk, Delta } from '../api/chat-completion-chunk.ts';
import type { FinishReason } from '../api/chat-completion.ts';
import type { ManifoldError } from '../errors.ts';
import type { GenerationEnd, GenerationListener, SharedRequest } from './generation.ts';

/**
 * Collects what the choices of one request produce and hands it out at the reader's pace: text that piles up
 * while the reader is slow leaves joined. Ends with the usage chunk, or throws the first failure.
 */
export class ChunkQueue implements AsyncIterable<readonly ChatCompletionChunk[]> {
  readonly #head: Pick<ChatCompletionChunk, 'id' | 'object' | 'created' | 'model' | 'system_fingerprint'>;
  readonly #request: SharedRequest;
  readonly #choices: number;
  readonly #started = new Set<number>();
  readonly #text = new Map<number, string>();
  readonly #closing: ChatCompletionChunk[] = [];
  #completionTokens = 0;
  #ended = 0;
  #failure: ManifoldError | undefined;
  #isCancelled = false;
  #wake: (() => void) | undefined;

  constructor(options: { model: string; request: SharedRequest; choices: number }) {
    this.#head = {
      id: `chatcmpl-${randomBytes(12).toString('hex')}`,
      object: 'chat.completion.chunk',
      created: Math.floor(Date.now() / 1000),
      model: options.model,
      system_fingerprint: null,
    };
    this.#request = options.request;
    this.#choices = options.choices;
  }

  listener(index: number): GenerationListener {
    return {
      onText: (text) => {
        this.#text.set(index, (this.#text.get(index) ?? '') + text);
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
      if (this.#ended === this.#choices && this.#text.size === 0 && this.#closing.length === 0) break;
      if (chunks.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    yield [this.#usage()];
  }

  #take(): ChatCompletionChunk[] {
    const chunks = [...this.#text].map(([index, content]) => this.#chunk(index, { content }, null));
    chunks.push(...this.#closing);
    this.#text.clear();
    this.#closing.length = 0;
    return chunks;
  }

  #onEnd(index: number, end: GenerationEnd): void {
    this.#ended++;
    if (end.kind === 'failed') this.#failure ??= end.error;
    else if (end.kind === 'cancelled') this.#isCancelled = true;
    else {
      this.#completionTokens += end.tokens;
      const text = this.#text.get(index);
      // An answer may be empty: its role still has to arrive, and its text precedes its end.
      if (text !== undefined || !this.#started.has(index))
        this.#closing.push(this.#chunk(index, { content: text ?? '' }, null));
      this.#text.delete(index);
      this.#closing.push(this.#chunk(index, {}, end.reason));
    }
    this.#notify();
  }

  #chunk(index: number, delta: Delta, finishReason: FinishReason | null): ChatCompletionChunk {
    const isFirst = !this.#started.has(index);
    this.#started.add(index);
    return {
      ...this.#head,
      choices: [
        {
          index,
          delta: isFirst ? { role: 'assistant', ...delta } : delta,
          logprobs: null,
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
