import type { Measurement } from './meter.ts';

/** Writes what several requests used together into one measurement: counts added, the first of first tokens. */
export function sumMeasurements(parts: readonly Measurement[], into: Measurement): void {
  const sum = (count: (part: Measurement) => number | undefined) => {
    const counts = parts.map(count).filter((each) => each !== undefined);
    return counts.length > 0 ? counts.reduce((total, each) => total + each, 0) : undefined;
  };
  const firsts = parts.map(({ ttftMs }) => ttftMs).filter((ms) => ms !== undefined);
  const emulated = [...new Set(parts.flatMap((part) => part.emulated ?? []))];
  const last = parts.findLast(({ finishReason }) => finishReason !== undefined);
  Object.assign(
    into,
    defined({
      ttftMs: firsts.length > 0 ? Math.min(...firsts) : undefined,
      promptTokens: sum(({ promptTokens }) => promptTokens),
      cachedTokens: sum(({ cachedTokens }) => cachedTokens),
      completionTokens: sum(({ completionTokens }) => completionTokens),
      isEstimated: parts.some(({ isEstimated }) => isEstimated) || undefined,
      emulated: emulated.length > 0 ? emulated : undefined,
      lostAttempts: sum(({ lostAttempts }) => lostAttempts),
      finishReason: last?.finishReason,
    } satisfies { [Field in keyof Measurement]: Measurement[Field] | undefined }),
  );
}

function defined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
