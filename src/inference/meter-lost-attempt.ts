import type { Used } from '../engines/engine.ts';
import type { Measurement, MeterSink } from './meter.ts';

interface Parts {
  readonly model: string;
  readonly measurement: Measurement;
  readonly sink: MeterSink;
}

/** Counts what an engine used for an attempt that nobody saw: work that was done, and is no part of the answer's usage. */
export function meterLostAttempt(used: Used | undefined, { model, measurement, sink }: Parts): void {
  measurement.lostAttempts = (measurement.lostAttempts ?? 0) + 1;
  if (!used) return;
  const { promptTokens = 0, completionTokens = 0 } = measurement.lost ?? {};
  measurement.lost = {
    promptTokens: promptTokens + used.promptTokens,
    completionTokens: completionTokens + used.completionTokens,
  };
  sink.tokensUsed(model, { prompt: used.promptTokens, cached: 0, completion: used.completionTokens });
}
