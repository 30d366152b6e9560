import { expect, it } from 'vitest';
import { errorTable, ManifoldError, type ErrorCode } from '../errors.ts';
import { errorBodyOf } from './error-response.ts';

it.each(Object.keys(errorTable) as ErrorCode[])('%s has the title of its status', (code) => {
  const { status, title } = errorBodyOf(new ManifoldError(code, 'x'));

  expect(title === 'Internal Server Error').toBe(status === 500);
});
