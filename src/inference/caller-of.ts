import { tenantOf } from '../access/tenant.ts';
import type { Caller, Used } from '../engines/engine.ts';
import type { Circumstances } from './circumstances.ts';
import type { MeterSink } from './meter.ts';

interface Parts {
  /** The id of the model that is asked. */
  readonly model: string;
  readonly sink: MeterSink;
}

/** What an engine may know of who asks, whatever for; what it tells goes into the measurement. */
export function callerOf(
  { principal, trace, measurement }: Pick<Circumstances, 'principal' | 'trace' | 'measurement'>,
  { model, sink }: Parts,
): Caller {
  /** Work that was done, and is no part of the answer's usage. */
  const onLostAttempt = (used: Used | undefined) => {
    measurement.lostAttempts = (measurement.lostAttempts ?? 0) + 1;
    if (!used) return;
    const { promptTokens = 0, completionTokens = 0 } = measurement.lost ?? {};
    measurement.lost = {
      promptTokens: promptTokens + used.promptTokens,
      completionTokens: completionTokens + used.completionTokens,
    };
    sink.tokensUsed(model, { prompt: used.promptTokens, cached: 0, completion: used.completionTokens });
  };
  return {
    cacheSalt: tenantOf(principal),
    onEmulated: (names) => void (measurement.emulated = names),
    onLostAttempt,
    onEstimated: () => void (measurement.isEstimated = true),
    onReplica: (name) => void (measurement.engine = name),
    trace,
  };
}
