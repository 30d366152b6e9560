import { toManifoldError } from '../errors.ts';

/** A failure as the contract words it. */
export function errorBody(failure: unknown) {
  const { message, type, param, code } = toManifoldError(failure);
  return { error: { message, type, param: param ?? null, code } };
}
