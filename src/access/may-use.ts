import type { Scope } from '../api/key.ts';
import { ManifoldError } from '../errors.ts';
import { matchesGlob } from '../lib/glob.ts';
import { anonymous } from './anonymous.ts';
import { meansModel, type NamedModel } from './model-pattern.ts';
import type { Principal } from './principal.ts';

/** Whether the key may have answers of this model. */
export function mayUseModel({ scopes, models }: Pick<Principal, 'scopes' | 'models'>, model: NamedModel): boolean {
  return scopes.includes('inference') && (models?.some((pattern) => meansModel(pattern, model)) ?? true);
}

/**
 * Refuses a route that is not the key's: `endpoint_not_allowed`. `path` is the route's own, as the API document has it,
 * whatever the request's URL looks like.
 */
export function refuseEndpoint(
  principal: Pick<Principal, 'scopes' | 'endpoints'>,
  { scope, path }: { readonly scope: Scope; readonly path: string },
): void {
  const { scopes, endpoints } = principal;
  if (!scopes.includes(scope)) {
    const problem =
      principal === anonymous
        ? `Keys are switched off here, and the route needs one with the scope \`${scope}\`.`
        : `This API key lacks the scope \`${scope}\`, which the route needs.`;
    throw new ManifoldError('endpoint_not_allowed', problem);
  }
  if (endpoints !== null && !endpoints.some((pattern) => matchesGlob(pattern, path))) {
    throw new ManifoldError(
      'endpoint_not_allowed',
      'This API key may not use this endpoint. GET /v1/manifold/me tells what it may.',
    );
  }
}
