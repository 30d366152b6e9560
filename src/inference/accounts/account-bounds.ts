import { inputsOf, type EmbeddingRequest } from '../../api/embeddings.ts';
import type { EngineRequest } from '../../api/internal/engine-request.ts';

/** The most tokens that a request can use. */
export interface TokenBounds {
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What is known before the engine has counted. */
export interface BoundFacts {
  /** Tokens that prompt and answer may have together; null while that is unknown. */
  readonly contextLength: number | null;
  readonly tokensPerImage: number;
  /** Tokens that the model's template is known to write beyond what is reckoned with for all. Default: none. */
  readonly templateSurplus?: number;
}

/** What a template writes around messages, and what it writes of itself: dates, roles, how calls are made. */
const templateTokens = 256;
/** Around each of several texts: tokens that begin and end it, and what a model wants to see before it. */
const tokensAround = 16;
/** An answer that is not limited, by an engine that does not say how much it can hold. */
const unknownAnswer = 8192;
/** More than any request has, so that sums stay exact. */
const mostTokens = 1_000_000_000;
/** Marks and blanks that a template may write for one value. */
const bytesAround = 8;
/** A rough middle of languages and vocabularies. */
const bytesPerToken = 4;

/** No more than so much can be used. `promptTokens` where the prompt was counted, for the bytes of it. */
export function boundsOf(request: EngineRequest, facts: BoundFacts, promptTokens?: number): TokenBounds {
  const longest = facts.contextLength ?? mostTokens;
  const { max_tokens: asked = facts.contextLength ?? unknownAnswer } = request;
  const input = promptTokens ?? mostInput(request, facts);
  // An engine that makes one choice at a time reads the prompt for each.
  return {
    inputTokens: atMost(Math.min(input, mostRead(request, facts)) * request.n),
    outputTokens: atMost(Math.min(asked, longest) * request.n),
  };
}

/** As `boundsOf`, for texts that become vectors. */
export function embeddingBounds({ input }: Pick<EmbeddingRequest, 'input'>, facts: BoundFacts): TokenBounds {
  const longest = facts.contextLength ?? mostTokens;
  const sum = inputsOf(input).reduce(
    (total: number, text) => total + Math.min(sizeOf(text) + tokensAround, longest),
    0,
  );
  return { inputTokens: atMost(sum), outputTokens: 0 };
}

export function sumOfBounds(all: readonly TokenBounds[]): TokenBounds {
  return {
    inputTokens: atMost(all.reduce((sum, { inputTokens }) => sum + inputTokens, 0)),
    outputTokens: atMost(all.reduce((sum, { outputTokens }) => sum + outputTokens, 0)),
  };
}

/** About how many tokens a prompt has, for when its engine never tells. Never more than its bound. */
export function estimatePrompt(request: EngineRequest, facts: BoundFacts): number {
  return Math.max(1, Math.min(estimate(request, facts), mostRead(request, facts)));
}

function estimate(request: EngineRequest, { tokensPerImage }: BoundFacts): number {
  if (request.prompt !== undefined && typeof request.prompt !== 'string') return request.prompt.length;
  const { bytes, images } = measureRead(request);
  return Math.ceil(bytes / bytesPerToken) + images * tokensPerImage;
}

/** Tokens of a prompt that are read, however long it is. */
function mostRead({ truncate_prompt_tokens: kept = -1 }: EngineRequest, { contextLength }: BoundFacts): number {
  // -1 stands for as many as there is room for.
  return Math.min(contextLength ?? mostTokens, kept < 0 ? mostTokens : kept);
}

/** A token is one byte of text at least. */
function mostInput(request: EngineRequest, { tokensPerImage, templateSurplus = 0 }: BoundFacts): number {
  if (request.prompt !== undefined) return sizeOf(request.prompt) + tokensAround;
  const { bytes, images } = measureRead(request);
  return bytes + images * tokensPerImage + templateTokens + templateSurplus;
}

function sizeOf(text: string | readonly number[]): number {
  return typeof text === 'string' ? Buffer.byteLength(text) : text.length;
}

function measureRead({ prompt, messages, tools, documents, chat_template_kwargs: forTemplate }: EngineRequest) {
  return measure(prompt ?? [messages, tools, documents, forTemplate]);
}

/** Bytes of all texts in a value, keys included, and how many images there are, whose bytes are no text. */
function measure(value: unknown): { readonly bytes: number; readonly images: number } {
  let bytes = 0;
  let images = 0;
  const pending = [value];
  while (pending.length > 0) {
    const next = pending.pop();
    if (next === undefined || next === null) continue;
    bytes += bytesAround;
    if (typeof next === 'string') bytes += Buffer.byteLength(next);
    else if (Array.isArray(next)) for (const each of next as unknown[]) pending.push(each);
    else if (typeof next !== 'object') bytes += bytesAround;
    else if ('type' in next && next.type === 'image_url') images++;
    else {
      for (const [key, each] of Object.entries(next)) {
        bytes += Buffer.byteLength(key);
        pending.push(each);
      }
    }
  }
  return { bytes, images };
}

function atMost(tokens: number): number {
  return Math.min(mostTokens, tokens);
}
