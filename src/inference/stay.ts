import type { Measurement, MeterSink } from './meter.ts';

interface Parts {
  readonly model: string;
  readonly measurement: Pick<Measurement, 'ttftMs'>;
  readonly sink: MeterSink;
}

/** A request at its model as the gauges show it. Whatever is counted up is counted down exactly once. */
export interface Stay {
  readonly phase: 'waiting' | 'running' | 'over';
  /** The first of its answer is there; only the first call counts. */
  begin(): void;
  /** Only the first call counts. */
  end(): void;
}

/** From now on it waits. */
export function createStay({ model, measurement, sink }: Parts): Stay {
  const startedAt = performance.now();
  let phase: Stay['phase'] = 'waiting';
  sink.waitingChanged(model, 1);
  return {
    get phase() {
      return phase;
    },
    begin() {
      if (phase !== 'waiting') return;
      phase = 'running';
      sink.waitingChanged(model, -1);
      sink.runningChanged(model, 1);
      measurement.ttftMs = performance.now() - startedAt;
      sink.firstToken(model, measurement.ttftMs);
    },
    end() {
      if (phase === 'waiting') sink.waitingChanged(model, -1);
      if (phase === 'running') sink.runningChanged(model, -1);
      phase = 'over';
    },
  };
}
