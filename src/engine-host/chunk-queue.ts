import { randomBytes } from 'node:crypto';
import type { ChatCompletionChunk, Delta } from '../api/chat-completion-chunk.ts';
import type { FinishReason } from '../api/chat-completion.ts';
import type { Logprobs, TokenLogprob } from '../api/logprobs.ts';
import type { ManifoldError } from '../errors.ts';
import { appendDelta } from './join-deltas.ts';
import type { AnswerReader } from './answer-reader.ts';
import type { GenerationEnd, GenerationListener, SharedRequest } from './generation.ts';

/** What a choice has produced and nobody has read. */
interface Unread {
  readonly deltas: Delta[];
  /** Log probabilities; each waits until as much text has left as it and those before it stand for. */
  readonly entries: TokenLogprob[];
}

/**
 * Collects what the choices of one request produce and hands it out at the reader's pace: text that piles up
 * while the reader is slow leaves joined. Ends with the usage chunk, or throws the first failure.
 */
export class ChunkQueue implements AsyncIterable<readonly ChatCompletionChunk[]> {
  readonly #head: Pick<ChatCompletionChunk, 'id' | 'object' | 'created' | 'model' | 'system_fingerprint'>;
  readonly #request: SharedRequest;
  readonly #readers: readonly AnswerReader[];
  readonly #hasLogprobs: boolean;
  readonly #started = new Set<number>();
  readonly #unread = new Map<number, Unread>();
  /** Bytes of text that left for each choice, less those that its entries stood for. */
  readonly #ahead = new Map<number, number>();
  readonly #closing: ChatCompletionChunk[] = [];
  #completionTokens = 0;
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
    this.#hasLogprobs = options.hasLogprobs;
  }

  listener(index: number): GenerationListener {
    return {
      onText: (text, entries) => {
        this.#add(index, this.#readers[index]?.push(text) ?? [], entries);
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

  #add(index: number, deltas: readonly Delta[], entries: readonly TokenLogprob[]): void {
    const unread = this.#unread.get(index) ?? { deltas: [], entries: [] };
    for (const delta of deltas) appendDelta(unread.deltas, delta);
    unread.entries.push(...entries);
    this.#unread.set(index, unread);
    this.#notify();
  }

  #take(): ChatCompletionChunk[] {
    const chunks = [...this.#unread].flatMap(([index, unread]) => this.#takeOf(index, unread));
    chunks.push(...this.#closing);
    this.#closing.length = 0;
    return chunks;
  }

  #takeOf(index: number, { deltas, entries }: Unread): ChatCompletionChunk[] {
    if (deltas.length === 0) return [];
    const leaving = deltas.splice(0);
    let ahead = (this.#ahead.get(index) ?? 0) + sum(leaving.map(bytesOf));
    // A mark has no text of its own, so that its entry is late until more follows.
    const late = entries.findIndex((entry) => (ahead -= entry.bytes?.length ?? 0) < 0);
    if (late >= 0) ahead += entries[late]?.bytes?.length ?? 0;
    this.#ahead.set(index, ahead);
    const due = entries.splice(0, late < 0 ? entries.length : late);
    return leaving.map((delta, at) => this.#chunk(index, delta, this.#logprobs(at === 0 ? due : []), null));
  }

  #onEnd(index: number, end: GenerationEnd): void {
    this.#ended++;
    if (end.kind === 'failed') this.#failure ??= end.error;
    else if (end.kind === 'cancelled') this.#isCancelled = true;
    else {
      this.#completionTokens += end.tokens;
      const last = this.#readers[index]?.end(end.reason, end.wasCut) ?? { deltas: [], reason: end.reason };
      this.#add(index, last.deltas, []);
      const unread = this.#unread.get(index) ?? { deltas: [], entries: [] };
      this.#closing.push(...this.#takeOf(index, unread));
      // An answer may be empty: its role still has to arrive, and what is late precedes its end.
      if (!this.#started.has(index) || unread.entries.length > 0)
        this.#closing.push(this.#chunk(index, { content: '' }, this.#logprobs(unread.entries), null));
      this.#closing.push(this.#chunk(index, {}, null, last.reason));
      this.#unread.delete(index);
    }
    this.#notify();
  }

  #logprobs(entries: TokenLogprob[]): Logprobs {
    return this.#hasLogprobs ? { content: entries, refusal: null } : null;
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

function bytesOf({ content, reasoning_content: reasoning, tool_calls: [call] = [] }: Delta): number {
  return Buffer.byteLength(
    `${content ?? ''}${reasoning ?? ''}${call?.function.name ?? ''}${call?.function.arguments ?? ''}`,
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
