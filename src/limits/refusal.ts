import { ManifoldError } from '../errors.ts';
import { shown, type Dimension } from './dimensions.ts';
import type { GaugeLimit, Wait } from './gauge.ts';
import type { Amounts, LimitSubject } from './limiter.ts';

/** A limit that a request does not fit in. */
export interface Obstacle {
  readonly subject: LimitSubject;
  readonly dimension: Dimension;
  /** What the request may take of it. */
  readonly amount: number;
  readonly limit: GaugeLimit;
  readonly wait: Wait;
}

/** Nobody knows when others end; so long is waited before asking again. */
const soonMs = 1000;
const dayMs = 86_400_000;

/**
 * The one error for all that is in the way, told of the worst: what can never be, then what takes longest. The client
 * may come back when time has made room in all of them.
 */
export function refusal(obstacles: readonly Obstacle[], most: Amounts): ManifoldError {
  const [worst] = obstacles.toSorted((a, b) => msOf(b) - msOf(a));
  if (!worst) throw new Error('There is nothing in the way.');
  const { dimension, limit, wait } = worst;
  if (wait === 'never' && limit.most > 0) return overLimit(worst, most);
  const retryAfterSeconds = Math.ceil(Math.min(msOf(worst), 31 * dayMs) / 1000);
  const isSpent = wait === 'never' || (typeof wait === 'number' && isBudget(dimension));
  return new ManifoldError(isSpent ? 'insufficient_quota' : 'rate_limit_exceeded', explained(worst), {
    retryAfterSeconds: wait === 'never' ? dayMs / 1000 : retryAfterSeconds,
  });
}

function msOf({ wait }: Obstacle): number {
  if (wait === 'never') return Infinity;
  return wait === 'later' ? soonMs : wait;
}

function isBudget({ kind }: Dimension): boolean {
  return kind === 'day' || kind === 'month';
}

function explained({ subject, dimension, amount, limit, wait }: Obstacle): string {
  const allowed = allowance(dimension, limit);
  const whose = nameOf(subject);
  if (wait === 'never') return `${whose} allows no ${dimension.unit}.`;
  if (dimension.kind === 'running') return `${whose} allows ${allowed}, and as many run. Wait until one has ended.`;
  if (wait === 'later') {
    return `${whose} allows ${allowed}, and running requests may take what is left. Wait until one has ended.`;
  }
  const reached = `${whose} allows ${allowed}, and too little is left`;
  if (dimension.isFixed) return `${reached}. Try again in ${durationOf(wait)}.`;
  return `${reached} for this request, which may take ${told(dimension, amount)}. Try again in ${durationOf(wait)}, or ask for less.`;
}

/** More than there is when nothing is used: asking again does not help, asking for less does. */
function overLimit({ subject, dimension, amount, limit }: Obstacle, most: Amounts): ManifoldError {
  const withoutOutput = dimension.amountOf({ ...most, outputTokens: 0, costNanos: 0 });
  const param = most.outputTokens > 0 && withoutOutput < limit.most ? 'max_tokens' : undefined;
  const fix = param === undefined ? 'Send less text' : 'Lower `max_tokens`, or send less text';
  return new ManifoldError(
    'request_over_limit',
    `The request may take ${told(dimension, amount)}, and ${lowerFirst(nameOf(subject))} never allows more than ${mostOf(dimension, limit)}. ${fix}.`,
    { param },
  );
}

/** What is allowed, as it was set: of a rate not what may be saved up of it. */
function allowance(dimension: Dimension, { most, perMinute }: GaugeLimit): string {
  return `${told(dimension, dimension.kind === 'rate' ? perMinute : most)} ${dimension.unit}`;
}

function mostOf(dimension: Dimension, limit: GaugeLimit): string {
  const most = told(dimension, limit.most);
  return dimension.kind === 'rate' ? `${most} at once (${allowance(dimension, limit)})` : `${most} (${dimension.unit})`;
}

function nameOf({ kind, id }: LimitSubject): string {
  if (kind === 'global') return 'This server';
  if (kind === 'key') return 'Your key';
  return kind === 'team' ? 'Your team' : `The model \`${id.slice(0, 128)}\``;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}

/** Digits that a person reads: money as dollars, counts as they are. */
function told({ name }: Dimension, count: number): string {
  return String(Number(shown(name, count).toPrecision(12)));
}

function durationOf(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000));
  if (seconds < 120) return `${seconds} s`;
  const minutes = Math.ceil(seconds / 60);
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`;
}
