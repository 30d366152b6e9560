const mostSeconds = 86_400;

/** The whole seconds that a `Retry-After` header asks for, be it a number or a date; undefined where it asks for nothing. */
export function secondsOf(header: string | undefined): number | undefined {
  if (header === undefined) return undefined;
  const seconds = /^\d+(\.\d+)?$/.test(header) ? Number(header) : (Date.parse(header) - Date.now()) / 1000;
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(Math.ceil(seconds), mostSeconds) : undefined;
}
