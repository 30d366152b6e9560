import type { ChatCompletionChunk } from '../api/chat-completion-chunk.ts';
import type { ManifoldError } from '../errors.ts';
import type { AnswerReader } from './answer-reader.ts';
import { ChunkWriter, type ChunkWriterOptions } from './chunk-writer.ts';
import type { GenerationEnd, GenerationListener } from './generation-listener.ts';
import { UnreadChoice } from './unread-choice.ts';

interface ChunkQueueOptions extends ChunkWriterOptions {
  /** One for each choice. */
  readonly readers: readonly AnswerReader[];
  /** What the content of each choice begins with, before anything the model says. */
  readonly echo?: string | undefined;
}

/** One choice: who reads its text, and what nobody has taken yet. */
interface QueuedChoice {
  readonly reader: AnswerReader;
  readonly unread: UnreadChoice;
}

/**
 * Collects what the choices of one request produce and hands it out at the reader's pace: text that piles up
 * while the reader is slow leaves joined. Ends with the usage chunk, or throws the first failure.
 */
export class ChunkQueue implements AsyncIterable<readonly ChatCompletionChunk[]> {
  readonly #choices: readonly QueuedChoice[];
  readonly #writer: ChunkWriter;
  readonly #hasTokenIds: boolean;
  readonly #closing: ChatCompletionChunk[] = [];
  #completionTokens = 0;
  #reasoningTokens = 0;
  #ended = 0;
  #failure: ManifoldError | undefined;
  #isCancelled = false;
  #wake: (() => void) | undefined;

  constructor({ readers, echo, ...written }: ChunkQueueOptions) {
    this.#choices = readers.map((reader) => ({
      reader,
      unread: new UnreadChoice(echo ? { content: echo } : undefined),
    }));
    this.#writer = new ChunkWriter(written);
    this.#hasTokenIds = written.hasTokenIds ?? false;
  }

  listener(index: number): GenerationListener {
    const choice = this.#choices[index];
    if (choice === undefined) throw new RangeError(`There is no choice ${index}.`);
    const { reader, unread } = choice;
    return {
      onToken: (token) => {
        if (this.#hasTokenIds) unread.addToken(token);
      },
      onText: (text, entries) => {
        unread.add(reader.push(text), entries);
        this.#notify();
      },
      onEnd: (end) => {
        this.#ended++;
        if (end.kind === 'failed') this.#failure ??= end.error;
        else if (end.kind === 'cancelled') this.#isCancelled = true;
        else this.#finish(index, choice, end);
        this.#notify();
      },
    };
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<readonly ChatCompletionChunk[]> {
    for (;;) {
      const chunks = this.#take();
      if (chunks.length > 0) yield chunks;
      if (this.#failure) throw this.#failure;
      if (this.#isCancelled) return;
      if (this.#ended === this.#choices.length && chunks.length === 0) break;
      if (chunks.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
    yield [this.#writer.usage({ tokens: this.#completionTokens, reasoning: this.#reasoningTokens })];
  }

  #take(): ChatCompletionChunk[] {
    const chunks = this.#choices.flatMap(({ unread }, index) => this.#takeOf(index, unread));
    chunks.push(...this.#closing);
    this.#closing.length = 0;
    this.#writer.tellPrompt(chunks);
    return chunks;
  }

  #takeOf(index: number, unread: UnreadChoice): ChatCompletionChunk[] {
    const { deltas, entries } = unread.take();
    return deltas.map((delta, at) =>
      this.#writer.chunk(index, { delta, entries: at === 0 ? entries : [], tokens: unread.takeTokens() }),
    );
  }

  #finish(index: number, { reader, unread }: QueuedChoice, end: GenerationEnd & { kind: 'finished' }): void {
    this.#completionTokens += end.tokens;
    this.#reasoningTokens += end.reasoningTokens;
    const { deltas, reason } = reader.end(end.reason, end.wasCut);
    unread.add(deltas);
    unread.add(unread.takeLead());
    this.#closing.push(...this.#takeOf(index, unread));
    const entries = unread.takeLate();
    // An answer may be empty: its role still has to arrive, and what is late precedes its end.
    if (!this.#writer.hasStarted(index) || entries.length > 0)
      this.#closing.push(this.#writer.chunk(index, { delta: { content: '' }, entries, tokens: unread.takeTokens() }));
    const { stopReason } = end;
    this.#closing.push(
      this.#writer.chunk(index, { delta: {}, tokens: unread.takeTokens(), end: { reason, stopReason } }),
    );
  }

  /** Soon, not now: writing to clients need not hold up the next decode, which begins before the loop goes on. */
  #notify(): void {
    if (this.#wake) setImmediate(this.#wake);
    this.#wake = undefined;
  }
}
