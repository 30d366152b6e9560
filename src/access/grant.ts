import type { LimitSet } from '../api/limit-set.ts';
import { ManifoldError } from '../errors.ts';
import { matchesGlob } from '../lib/glob.ts';
import type { KeySettings } from './key-record.ts';
import { coversModels } from './model-pattern.ts';
import type { Principal } from './principal.ts';

/**
 * Refuses a key that could do more than the one it is made or managed with: `grant_not_allowed` naming the field. The
 * one place that decides it, for new keys, changed ones, and those that are there.
 */
export function refuseBeyond(grantor: Principal, wanted: KeySettings): void {
  const beyond = (Object.keys(rules) as (keyof typeof rules)[]).find((field) => !rules[field](grantor, wanted));
  if (beyond === undefined) return;
  throw new ManifoldError(
    'grant_not_allowed',
    `\`${beyond}\`: this would be more than the API key that asks has itself. Ask for no more than it may do.`,
    { param: beyond },
  );
}

/** By field: whether what is wanted lies within what the grantor has. */
const rules = {
  scopes: (grantor, { scopes }) => scopes.every((scope) => grantor.scopes.includes(scope)),
  // Who belongs to a team manages the keys of that team and no others.
  team: (grantor, { team }) => grantor.team === null || team === grantor.team,
  models: (grantor, { models }) => isWithin(models, grantor.models, coversModels),
  endpoints: (grantor, { endpoints }) => isWithin(endpoints, grantor.endpoints, matchesGlob),
  limits: (grantor, { limits }) => areWithin(limits, grantor.limits),
  weight: (grantor, { weight }) => grantor.team === null || weight <= grantor.weight,
  expiresAt: (grantor, { expiresAt }) =>
    typeof grantor.expiresAt !== 'number' || (expiresAt !== null && expiresAt <= grantor.expiresAt),
} satisfies Record<string, (grantor: Principal, wanted: KeySettings) => boolean>;

/** Null stands for everything. */
function isWithin(
  inner: readonly string[] | null,
  outer: readonly string[] | null,
  covers: (outer: string, inner: string) => boolean,
): boolean {
  if (outer === null) return true;
  return inner !== null && inner.every((pattern) => outer.some((wide) => covers(wide, pattern)));
}

const ratesPerMinute = [
  'requestsPerMinute',
  'inputTokensPerMinute',
  'outputTokensPerMinute',
  'tokensPerMinute',
] as const satisfies readonly (keyof LimitSet)[];
const others = [
  'concurrency',
  'tokensPerDay',
  'tokensPerMonth',
  'costPerDay',
  'costPerMonth',
] as const satisfies readonly (keyof LimitSet)[];

/** Where the grantor has a limit, one that is no higher has to be there. */
function areWithin(inner: LimitSet, outer: LimitSet): boolean {
  const isLower = (dimension: keyof LimitSet) =>
    outer[dimension] === undefined || (inner[dimension] !== undefined && inner[dimension] <= outer[dimension]);
  const hasRate = ratesPerMinute.some((dimension) => outer[dimension] !== undefined);
  const isBurstLower = (inner.burst ?? 1) <= (outer.burst ?? 1);
  return [...ratesPerMinute, ...others].every(isLower) && (!hasRate || isBurstLower);
}
