import { describe, expect, it } from 'vitest';
import { errorTable, ManifoldError, type ErrorCode } from '../../errors.ts';
import { blameFor } from './fault.ts';

describe('the blame for a failure', () => {
  it.each([
    ['engine_disconnected', 'engine'],
    ['engine_error', 'engine'],
    ['engine_unreachable', 'engine'],
    ['engine_first_token_timeout', 'engine'],
    ['internal_error', 'engine'],
    ['model_not_found', 'engine'],
    ['engine_overloaded', 'busy'],
    ['model_loading', 'busy'],
    ['invalid_value', 'request'],
    ['context_length_exceeded', 'request'],
    ['request_quarantined', 'request'],
    ['engine_total_timeout', 'request'],
    ['client_closed_request', 'caller'],
  ] as const)('%s falls on the %s', (code, blame) => {
    expect(blameFor(new ManifoldError(code, 'x'))).toBe(blame);
  });

  it('of a client error never falls on the engine', () => {
    const ofClient = (Object.keys(errorTable) as ErrorCode[]).filter(
      (code) => errorTable[code].status === 400 || errorTable[code].status === 422,
    );

    expect(new Set(ofClient.map((code) => blameFor(new ManifoldError(code, 'x'))))).toEqual(new Set(['request']));
  });
});
