import { describe, expect, it } from 'vitest';
import { storageFailure } from './storage-failure.ts';

const failureOf = (code: string) => Object.assign(new Error(code), { code, path: '/data/hub' });

describe('a failure of the disk', () => {
  it.each([
    ['ENOSPC', 'insufficient_storage', /^The disk is full\./],
    ['EDQUOT', 'insufficient_storage', /^The disk is full\./],
    ['EACCES', 'configuration_invalid', /^Nothing can be changed at \/data\/hub \(EACCES\)\./],
    ['EROFS', 'configuration_invalid', /^Nothing can be changed at \/data\/hub \(EROFS\)\./],
  ])('%s is told as %s', (code, told, message) => {
    expect(storageFailure(failureOf(code))).toMatchObject({ code: told, message: expect.stringMatching(message) });
  });

  it('that is none stays as it is', () => {
    for (const failure of [failureOf('EIO'), new Error('x'), 'x']) expect(storageFailure(failure)).toBe(failure);
  });
});
