import type { Used } from '../../engines/engine.ts';
import type { Measurement } from '../meter.ts';

/** Writes what several requests used together into one measurement: counts added, the first of first tokens. */
export function sumMeasurements(parts: readonly Measurement[], into: Measurement): void {
  const sum = (count: (part: Measurement) => number | undefined) => {
    const counts = parts.map(count).filter((each) => each !== undefined);
    return counts.length > 0 ? counts.reduce((total, each) => total + each, 0) : undefined;
  };
  const firsts = parts.map(({ ttftMs }) => ttftMs).filter((ms) => ms !== undefined);
  const emulated = [...new Set(parts.flatMap((part) => part.emulated ?? []))];
  const lost = parts.flatMap((part) => part.lost ?? []);
  const last = parts.findLast(({ finishReason }) => finishReason !== undefined);
  Object.assign(
    into,
    defined({
      ttftMs: firsts.length > 0 ? Math.min(...firsts) : undefined,
      promptTokens: sum(({ promptTokens }) => promptTokens),
      cachedTokens: sum(({ cachedTokens }) => cachedTokens),
      completionTokens: sum(({ completionTokens }) => completionTokens),
      reasoningTokens: sum(({ reasoningTokens }) => reasoningTokens),
      engine: parts.findLast(({ engine }) => engine !== undefined)?.engine,
      isAccepted: parts.some(({ isAccepted }) => isAccepted) || undefined,
      isEstimated: parts.some(({ isEstimated }) => isEstimated) || undefined,
      emulated: emulated.length > 0 ? emulated : undefined,
      lostAttempts: sum(({ lostAttempts }) => lostAttempts),
      lost: lost.length > 0 ? sumOfLost(lost) : undefined,
      finishReason: last?.finishReason,
    } satisfies { [Field in keyof Measurement]: Measurement[Field] | undefined }),
  );
}

function sumOfLost(lost: readonly Used[]): Used {
  return {
    promptTokens: lost.reduce((sum, { promptTokens }) => sum + promptTokens, 0),
    completionTokens: lost.reduce((sum, { completionTokens }) => sum + completionTokens, 0),
  };
}

function defined(fields: object): object {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
