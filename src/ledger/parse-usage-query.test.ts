import { describe, expect, it } from 'vitest';
import { parseUsageQuery } from './parse-usage-query.ts';

const now = Date.UTC(2026, 4, 17, 12, 30);

describe('a written query', () => {
  it('means this month up to the end of today, by model, where it says nothing', () => {
    expect(parseUsageQuery({}, now)).toEqual({ by: ['model'], from: Date.UTC(2026, 4), to: Date.UTC(2026, 4, 18) });
  });

  it('names dimensions and times', () => {
    const query = parseUsageQuery({ by: 'key, day', from: '7d', to: '2026-05-17T10:00:00+02:00', key: 'key_a' }, now);

    expect(query).toEqual({
      by: ['key', 'day'],
      from: now - 7 * 24 * 3_600_000,
      to: Date.UTC(2026, 4, 17, 8),
      key: 'key_a',
    });
  });

  it.each([
    ['by', { by: 'keys' }],
    ['by', { by: 'key_id' }],
    ['from', { from: 'yesterday' }],
    ['from', { from: '2026' }],
    ['from', { from: '2026-13-01' }],
    ['from', { from: '2026-02-31' }],
    ['from', { from: '1969-12-31' }],
    ['from', { from: '2026-01-01T10:00' }],
    ['to', { to: '7 days' }],
    ['to', { to: '' }],
  ])('is refused naming %s for %j', (param, written) => {
    expect(() => parseUsageQuery(written, now)).toThrow(
      expect.objectContaining({ code: 'invalid_value', param }) as Error,
    );
  });
});
