import { ManifoldError } from '../../errors.ts';
import { isObject } from '../../lib/is-object.ts';

/** The fields of a request's body; any other JSON than an object is a 400. */
export function bodyFields(body: unknown): Readonly<Record<string, unknown>> {
  if (isObject(body)) return body;
  throw new ManifoldError('invalid_type', 'The request body must be a JSON object.');
}
