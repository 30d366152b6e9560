import type { LimitSet } from '../api/limit-set.ts';
import type { GaugeLimit } from './gauge.ts';
import type { Amounts, LimitDimension } from './limiter.ts';
import { rateLimit } from './rate-gauge.ts';

/** How one dimension of a limit is counted. */
export interface Dimension {
  readonly name: LimitDimension;
  readonly kind: 'rate' | 'running' | 'day' | 'month';
  /** What a request takes of it. */
  readonly amountOf: (amounts: Amounts) => number;
  /** Whether that is the same whatever the request turns out to use: then it is used at once. */
  readonly isFixed: boolean;
  /** The dimension's words in a sentence: `100 requests per minute`. */
  readonly unit: string;
}

const nanosPerDollar = 1_000_000_000;

const one = () => 1;
const tokens = ({ inputTokens, outputTokens }: Amounts) => inputTokens + outputTokens;
const cost = ({ costNanos }: Amounts) => costNanos;

/** Every dimension, in the order in which they are told. */
export const dimensions: readonly Dimension[] = [
  { name: 'requestsPerMinute', kind: 'rate', amountOf: one, isFixed: true, unit: 'requests per minute' },
  { name: 'tokensPerMinute', kind: 'rate', amountOf: tokens, isFixed: false, unit: 'tokens per minute' },
  {
    name: 'inputTokensPerMinute',
    kind: 'rate',
    amountOf: ({ inputTokens }) => inputTokens,
    isFixed: false,
    unit: 'input tokens per minute',
  },
  {
    name: 'outputTokensPerMinute',
    kind: 'rate',
    amountOf: ({ outputTokens }) => outputTokens,
    isFixed: false,
    unit: 'output tokens per minute',
  },
  { name: 'concurrency', kind: 'running', amountOf: one, isFixed: false, unit: 'requests at the same time' },
  { name: 'tokensPerDay', kind: 'day', amountOf: tokens, isFixed: false, unit: 'tokens per day' },
  { name: 'tokensPerMonth', kind: 'month', amountOf: tokens, isFixed: false, unit: 'tokens per month' },
  { name: 'costPerDay', kind: 'day', amountOf: cost, isFixed: false, unit: 'US dollars per day' },
  { name: 'costPerMonth', kind: 'month', amountOf: cost, isFixed: false, unit: 'US dollars per month' },
];

/** What a set of limits says of a dimension, as its gauge counts; undefined where it says nothing. */
export function limitOf({ name, kind }: Dimension, limits: LimitSet): GaugeLimit | undefined {
  const limit = limits[name];
  if (limit === undefined) return undefined;
  if (kind === 'rate') return rateLimit(limit, limits.burst ?? 1);
  return { most: isMoney(name) ? nanosOf(limit) : limit, perMinute: 0 };
}

/** A count of a gauge as the dimension is told: money in dollars. */
export function shown(name: LimitDimension, count: number): number {
  return isMoney(name) ? count / nanosPerDollar : count;
}

function isMoney(name: LimitDimension): boolean {
  return name === 'costPerDay' || name === 'costPerMonth';
}

function nanosOf(dollars: number): number {
  return Math.min(Number.MAX_SAFE_INTEGER, Math.floor(dollars * nanosPerDollar + 1e-3));
}
