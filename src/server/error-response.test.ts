import { expect, it } from 'vitest';
import { errorTable, ManifoldError, type ErrorCode } from '../errors.ts';
import { errorBodyOf, errorHeaders } from './error-response.ts';

it.each(Object.keys(errorTable) as ErrorCode[])('%s has the title of its status', (code) => {
  const { status, title } = errorBodyOf(new ManifoldError(code, 'x'));

  expect(title === 'Internal Server Error').toBe(status === 500);
});

it.each(Object.keys(errorTable) as ErrorCode[])(
  '%s says when to come back if it is a 429 or 503 that passes',
  (code) => {
    const { status, retryable } = errorTable[code];
    const headers = errorHeaders(new ManifoldError(code, 'x'));

    expect('retry-after' in headers).toBe((status === 429 || status === 503) && retryable);
    expect(errorHeaders(new ManifoldError(code, 'x', { retryAfterSeconds: 2 }))).toMatchObject({ 'retry-after': '2' });
  },
);

it.each(Object.keys(errorTable) as ErrorCode[])(
  '%s tells clients that go by the status not to try again in vain',
  (code) => {
    const { status, retryable } = errorTable[code];

    const told = errorHeaders(new ManifoldError(code, 'x'))['x-should-retry'];

    expect(told).toBe((status === 429 || status >= 500) && !retryable ? 'false' : undefined);
  },
);
