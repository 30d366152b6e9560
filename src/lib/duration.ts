const units: Readonly<Record<string, number>> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/**
 * Milliseconds of a time as people write it for how long a model stays loaded: seconds as a number, or "5m", "1h30m",
 * "250ms"; anything negative is for ever. Undefined for what is no time.
 */
export function parseDuration(value: number | string): number | undefined {
  const text = String(value).trim();
  if (/^-?\d+(\.\d+)?$/.test(text)) return orForever(Number(text) * 1000);
  const [, sign, parts] = /^(-?)((?:\d+(?:\.\d+)?(?:ms|s|m|h))+)$/.exec(text) ?? [];
  if (parts === undefined) return undefined;
  let sum = 0;
  for (const [, count, unit] of parts.matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g))
    sum += Number(count) * (units[unit ?? ''] ?? 0);
  return orForever(sign === '-' ? -sum : sum);
}

function orForever(milliseconds: number): number {
  return milliseconds < 0 ? Infinity : milliseconds;
}
