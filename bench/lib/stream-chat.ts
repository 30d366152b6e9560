import type { Dispatcher } from 'undici';
import { createEventReader, type StreamEvent } from './event-stream.ts';

/** One answer as a client saw it. Times are milliseconds of `performance.now()`. */
export interface MeasuredAnswer {
  readonly sentAt: number;
  readonly endedAt: number;
  /** When each event with text arrived. */
  readonly arrivals: readonly number[];
  /** When each choice's first text arrived, by its index. */
  readonly firstOfChoice: ReadonlyMap<number, number>;
  readonly events: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
  /** The client left before the end. */
  readonly isAborted: boolean;
}

/** Where requests go. */
export interface ChatTarget {
  readonly dispatcher: Dispatcher;
  /** Sent in the `model` field. */
  readonly model: string;
  /** Sent with each request, for instance a key. */
  readonly headers?: Readonly<Record<string, string>>;
}

/** Streams one chat completion and notes when what arrives. Throws when the server refuses or fails. */
export async function streamChat(
  { dispatcher, model, headers }: ChatTarget,
  fields: object,
  options: { readonly signal?: AbortSignal; readonly onText?: () => void } = {},
): Promise<MeasuredAnswer> {
  const body = JSON.stringify({ model, ...fields, stream: true, stream_options: { include_usage: true } });
  const arrivals: number[] = [];
  const firstOfChoice = new Map<number, number>();
  let events = 0;
  let usage = { prompt_tokens: 0, completion_tokens: 0 };
  let isDone = false;
  let isAborted = false;
  const take = (event: StreamEvent, now: number) => {
    if (event.error !== undefined) throw new Error(`The stream failed: ${event.error}`);
    events += 1;
    isDone ||= event.isDone === true;
    usage = event.usage ?? usage;
    if (event.textOfChoice === undefined) return;
    arrivals.push(now);
    if (!firstOfChoice.has(event.textOfChoice)) firstOfChoice.set(event.textOfChoice, now);
    options.onText?.();
  };

  const sentAt = performance.now();
  try {
    const response = await dispatcher.request({
      method: 'POST',
      path: '/v1/chat/completions',
      headers: { 'content-type': 'application/json', ...headers },
      body,
      ...(options.signal && { signal: options.signal }),
    });
    if (response.statusCode !== 200) throw new Error(`status ${response.statusCode}: ${await response.body.text()}`);
    const read = createEventReader();
    for await (const bytes of response.body as AsyncIterable<Uint8Array>) {
      const now = performance.now();
      for (const event of read(bytes)) take(event, now);
    }
    if (!isDone) throw new Error('The stream ended without [DONE].');
  } catch (failure) {
    if (options.signal?.aborted !== true) throw failure;
    isAborted = true;
  }
  return {
    sentAt,
    endedAt: performance.now(),
    arrivals,
    firstOfChoice,
    events,
    promptTokens: usage.prompt_tokens,
    completionTokens: usage.completion_tokens,
    isAborted,
  };
}

/** Milliseconds from the request to its first text. */
export function timeToFirstToken({ sentAt, arrivals }: MeasuredAnswer): number {
  const [first] = arrivals;
  if (first === undefined) throw new Error('An answer brought no text at all.');
  return first - sentAt;
}
