import type { Measurement } from '../inference/meter.ts';

type LimitState = NonNullable<Measurement['limits']>[number];

/** What each dimension is called in headers; OpenAI's names where it has them. */
const names: Readonly<Record<LimitState['dimension'], string>> = {
  requestsPerMinute: 'requests',
  tokensPerMinute: 'tokens',
  inputTokensPerMinute: 'input-tokens',
  outputTokensPerMinute: 'output-tokens',
  concurrency: 'concurrency',
  tokensPerDay: 'tokens-day',
  tokensPerMonth: 'tokens-month',
  costPerDay: 'cost-day',
  costPerMonth: 'cost-month',
};

/** Every header that `limitHeaders` may make. */
export const limitHeaderNames: readonly string[] = Object.values(names).flatMap((name) =>
  ['limit', 'remaining', 'reset'].map((what) => `x-ratelimit-${what}-${name}`),
);

/**
 * `x-ratelimit-limit-…`, `-remaining-…` and `-reset-…` for every dimension that is limited: of the key, the team, the
 * model and the server the one of which least is left.
 */
export function limitHeaders(states: readonly LimitState[] = []): Record<string, string> {
  const tightest = new Map<LimitState['dimension'], LimitState>();
  for (const state of states) {
    const known = tightest.get(state.dimension);
    if (!known || state.remaining < known.remaining) tightest.set(state.dimension, state);
  }
  const headers: Record<string, string> = {};
  for (const [dimension, { limit, remaining, resetSeconds }] of tightest) {
    const name = names[dimension];
    headers[`x-ratelimit-limit-${name}`] = decimal(limit);
    headers[`x-ratelimit-remaining-${name}`] = decimal(remaining);
    headers[`x-ratelimit-reset-${name}`] = duration(resetSeconds);
  }
  return headers;
}

/** Money has billionths, and no exponent. */
function decimal(value: number): string {
  return Number.isInteger(value) ? String(value) : value.toFixed(9).replace(/\.?0+$/, '');
}

/** As OpenAI writes them: `20ms`, `1.5s`, `6m0s`, `1h30m0s`. */
function duration(seconds: number): string {
  if (seconds <= 0) return '0s';
  if (seconds < 1) return `${Math.ceil(seconds * 1000)}ms`;
  if (seconds < 60) return `${Math.ceil(seconds * 1000) / 1000}s`;
  const whole = Math.ceil(seconds);
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return `${hours > 0 ? `${hours}h` : ''}${minutes}m${whole % 60}s`;
}
