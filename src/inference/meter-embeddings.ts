import type { EmbeddingEvent } from '../api/internal/embedding-event.ts';
import type { Account } from './accounts/account.ts';
import type { Measurement, MeterSink } from './meter.ts';
import { createStay } from './stay.ts';

interface MeterOptions {
  readonly model: string;
  readonly measurement: Measurement;
  readonly sink: MeterSink;
  readonly signal: AbortSignal;
  /** Closed as soon as nobody waits any more. */
  readonly account?: Account | undefined;
}

/** Measures one request for embeddings, whatever number of engines it takes. */
export interface EmbeddingMeter {
  /** The same events, measured. */
  observe(events: AsyncIterable<EmbeddingEvent>): AsyncIterable<EmbeddingEvent>;
  /** About so many tokens are at a server that answers all at once: who leaves it has used them. */
  sent(count: number): void;
  /** An engine is lost, and what it had read is counted as such. */
  lost(): void;
  /** Counts down what was counted up, however the request ends; only the first call counts. */
  settle(): void;
}

/** The first vector of a request counts as its first token. Who leaves half-way has used what was read until then. */
export function meterEmbeddings({ model, measurement, sink, signal, account }: MeterOptions): EmbeddingMeter {
  const stay = createStay({ model, measurement, sink });
  let sentTokens: number | undefined;
  /** By input: an engine that begins anew reads them again, and they are counted once. */
  const tokens = new Map<number, number>();

  const settle = () => {
    if (stay.phase === 'over') return;
    stay.end();
    signal.removeEventListener('abort', onAbort);
    sink.tokensUsed(model, { prompt: measurement.promptTokens ?? 0, cached: 0, completion: 0 });
  };
  function onAbort(): void {
    if (measurement.promptTokens === undefined && sentTokens !== undefined) {
      measurement.promptTokens = sentTokens;
      measurement.completionTokens = 0;
      measurement.isEstimated = true;
    }
    settle();
    void account?.close(signal.reason);
  }
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });

  return {
    async *observe(events) {
      for await (const event of events) {
        stay.begin();
        const before = tokens.get(event.index) ?? 0;
        tokens.set(event.index, event.prompt_tokens);
        measurement.promptTokens = (measurement.promptTokens ?? 0) + event.prompt_tokens - before;
        measurement.completionTokens = 0;
        yield event;
      }
    },
    sent: (count) => void (sentTokens = count),
    lost() {
      tokens.clear();
      sentTokens = undefined;
      delete measurement.promptTokens;
    },
    settle,
  };
}
