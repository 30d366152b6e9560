import { describe, expect, it } from 'vitest';
import { presentUsage } from './present-usage.ts';
import { usageCsv } from './usage-csv.ts';
import type { UsageRow } from './usage-query.ts';

const sums = {
  requests: 2,
  errors: 1,
  estimated: 0,
  promptTokens: 30,
  cachedTokens: 4,
  completionTokens: 5,
  reasoningTokens: 6,
  costNanos: 1_500_000_000,
};
const csvOf = (rows: readonly UsageRow[]) =>
  usageCsv(presentUsage({ by: ['team', 'model', 'day'], from: 0, to: 1, rows, total: sums }));

describe('usage as CSV', () => {
  it('has a line of names and a line for each row', () => {
    expect(csvOf([{ team: null, model: 'm/one', start: Date.UTC(2026, 0, 31), ...sums }])).toBe(
      'team,model,start,requests,errors,estimated,prompt_tokens,cached_tokens,completion_tokens,reasoning_tokens,cost_usd\r\n' +
        ',m/one,2026-01-31T00:00:00.000Z,2,1,0,30,4,5,6,1.5\r\n',
    );
  });

  it.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '\r=1', '＝1+1'])('holds no formula made of %j', (team) => {
    const [, line = ''] = csvOf([{ team, model: 'm', start: 0, ...sums }]).split('\r\n', 2);

    expect(line).toMatch(/^"?'/);
  });

  it('keeps commas, quotes and line ends within their cell', () => {
    expect(csvOf([{ team: 'a,"b"\r\n=c', model: 'm', start: 0, ...sums }])).toContain('"a,""b""\r\n=c",m,');
  });
});
