import { ManifoldError } from '../../errors.ts';

/** A failure of the disk or of its rights, as an error that says what to do; any other as it is. */
export function storageFailure(failure: unknown): unknown {
  const { code = '', path = 'the place for weights' } =
    failure instanceof Error ? (failure as NodeJS.ErrnoException) : {};
  if (code === 'ENOSPC' || code === 'EDQUOT')
    return new ManifoldError(
      'insufficient_storage',
      'The disk is full. What has arrived is kept: free some space, and the same pull goes on there.',
      { cause: failure },
    );
  if (['EACCES', 'EPERM', 'EROFS', 'ENOTDIR'].includes(code))
    return new ManifoldError(
      'configuration_invalid',
      `Nothing can be changed at ${path} (${code}). Give this user the right to, or choose another place with HF_HUB_CACHE or \`weights.cacheDir\`.`,
      { cause: failure },
    );
  return failure;
}
