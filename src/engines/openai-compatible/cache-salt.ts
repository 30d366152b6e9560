import { createHash } from 'node:crypto';

/**
 * The salt under which a server may share what it computed: one for each key, narrowed by the client's own, and
 * telling neither. Undefined without both, when nobody is kept apart from anybody.
 */
export function cacheSaltOf(ofKey: string, ofClient: string | undefined): string | undefined {
  if (ofKey === '' && ofClient === undefined) return undefined;
  return createHash('sha256')
    .update(JSON.stringify([ofKey, ofClient ?? null]))
    .digest('base64url');
}
