import { randomBytes } from 'node:crypto';
import type { ChatCompletionChunk, Delta } from '../api/chat-completion-chunk.ts';
import type { FinishReason } from '../api/chat-completion.ts';
import type { TokenLogprob } from '../api/logprobs.ts';
import type { SharedRequest } from './shared-request.ts';

export interface ChunkWriterOptions {
  readonly model: string;
  readonly request: SharedRequest;
  readonly hasLogprobs: boolean;
  /** Whether the prompt's and the answer's token ids are part of the chunks. */
  readonly hasTokenIds?: boolean;
  /** The prompt's text, to be part of the first chunk. */
  readonly promptText?: string | undefined;
}

/** What one chunk says of one choice. */
interface Piece {
  readonly delta: Delta;
  readonly entries?: TokenLogprob[];
  readonly tokens?: number[];
  readonly end?: { readonly reason: FinishReason; readonly stopReason: string | number | undefined };
}

/** Tokens that were generated, of all choices. */
interface Generated {
  readonly tokens: number;
  /** Those of them in which the model reasoned. */
  readonly reasoning: number;
}

/** Writes the chunks of one request under one identity: the role in a choice's first, what the prompt is in the first of all. */
export class ChunkWriter {
  readonly #options: ChunkWriterOptions;
  readonly #head: Pick<ChatCompletionChunk, 'id' | 'object' | 'created' | 'model' | 'system_fingerprint'>;
  readonly #started = new Set<number>();
  #saysPrompt = true;

  constructor(options: ChunkWriterOptions) {
    this.#options = options;
    this.#head = {
      id: `chatcmpl-${randomBytes(12).toString('hex')}`,
      object: 'chat.completion.chunk',
      created: Math.floor(Date.now() / 1000),
      model: options.model,
      system_fingerprint: null,
    };
  }

  hasStarted(index: number): boolean {
    return this.#started.has(index);
  }

  /** Without `entries`, a chunk has no log probabilities, whoever asked. */
  chunk(index: number, { delta, entries, tokens = [], end }: Piece): ChatCompletionChunk {
    const { hasLogprobs, hasTokenIds } = this.#options;
    const isFirst = !this.#started.has(index);
    this.#started.add(index);
    return {
      ...this.#head,
      choices: [
        {
          index,
          delta: isFirst ? { role: 'assistant', ...delta } : delta,
          logprobs: hasLogprobs && entries ? { content: entries, refusal: null } : null,
          finish_reason: end?.reason ?? null,
          ...(end && { stop_reason: end.stopReason ?? null }),
          ...(hasTokenIds && { token_ids: tokens }),
        },
      ],
    };
  }

  /** What the first chunk says of the prompt, in place: once, when the prompt is read. */
  tellPrompt(chunks: ChatCompletionChunk[]): void {
    const [first] = chunks;
    if (!first || !this.#saysPrompt) return;
    this.#saysPrompt = false;
    const { request, hasTokenIds, promptText } = this.#options;
    const { prompt, promptLogprobs, promptEntries = [null] } = request;
    chunks[0] = {
      ...first,
      ...(promptText !== undefined && { prompt_text: promptText }),
      ...(hasTokenIds && { prompt_token_ids: [...prompt] }),
      ...(promptLogprobs !== undefined && { prompt_logprobs: promptEntries }),
    };
  }

  usage({ tokens, reasoning }: Generated): ChatCompletionChunk {
    const { prompt, cachedTokens } = this.#options.request;
    const usage = {
      prompt_tokens: prompt.length,
      completion_tokens: tokens,
      total_tokens: prompt.length + tokens,
      prompt_tokens_details: { cached_tokens: cachedTokens ?? 0 },
      completion_tokens_details: { reasoning_tokens: reasoning },
    };
    return { ...this.#head, choices: [], usage };
  }
}
