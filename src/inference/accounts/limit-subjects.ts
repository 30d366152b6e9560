import type { Principal } from '../../access/principal.ts';
import type { LimitSet } from '../../api/limit-set.ts';
import type { LimitSubject } from '../../limits/limiter.ts';

/** What the configuration says may be used. */
export interface UsageLimits {
  readonly global: LimitSet;
  readonly models: Readonly<Record<string, LimitSet>>;
  readonly teams: Readonly<Record<string, LimitSet>>;
  /** Of keys that have no limits of their own. */
  readonly perKey: LimitSet;
}

/**
 * Whose limits a request is held to: those of the key, its team, the model and the server. Each counts, whether it is
 * limited or not, so that a limit that is set later begins with what was used.
 */
export function limitSubjects(limits: UsageLimits, principal: Principal, model?: string): LimitSubject[] {
  const { keyId, team } = principal;
  // What a rate may save up is no limit.
  const hasOwn = Object.keys(principal.limits).some((name) => name !== 'burst');
  return [
    { kind: 'key', id: keyId, limits: hasOwn ? principal.limits : limits.perKey },
    ...(team === null ? [] : [{ kind: 'team' as const, id: team, limits: own(limits.teams, team) }]),
    ...(model === undefined ? [] : [{ kind: 'model' as const, id: model, limits: own(limits.models, model) }]),
    { kind: 'global', id: 'global', limits: limits.global },
  ];
}

/** One for all: what limits say is read once for each set. */
const unlimited: LimitSet = {};

function own(sets: Readonly<Record<string, LimitSet>>, name: string): LimitSet {
  return (Object.hasOwn(sets, name) ? sets[name] : undefined) ?? unlimited;
}
