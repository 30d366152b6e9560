import { anonymous } from './anonymous.ts';
import type { Principal } from './principal.ts';

/**
 * Who may profit from what was computed for this principal's prompts: its team, or the key alone where it has none.
 * Empty where keys are switched off and nobody is kept apart from anybody.
 */
export function tenantOf(principal: Principal): string {
  if (principal === anonymous) return '';
  return principal.team === null ? principal.keyId : `team:${principal.team}`;
}
