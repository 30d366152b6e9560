import type { WireUsageReport } from '../api/usage-report.ts';
import type { UsageReport, UsageSums } from './usage-query.ts';

/** A report as the API and `manifold usage --json` give it. */
export function presentUsage({ by, from, to, rows, total }: UsageReport): WireUsageReport {
  return {
    object: 'usage_report',
    from: new Date(from).toISOString(),
    to: new Date(to).toISOString(),
    by: [...by],
    data: rows.map(({ start, key, team, model, ...sums }) => ({
      ...(start !== undefined && { start: new Date(start).toISOString() }),
      ...(key !== undefined && { key }),
      ...(team !== undefined && { team }),
      ...(model !== undefined && { model }),
      ...presentSums(sums),
    })),
    total: presentSums(total),
  };
}

function presentSums(sums: UsageSums) {
  return {
    requests: sums.requests,
    errors: sums.errors,
    estimated: sums.estimated,
    prompt_tokens: sums.promptTokens,
    cached_tokens: sums.cachedTokens,
    completion_tokens: sums.completionTokens,
    reasoning_tokens: sums.reasoningTokens,
    cost_usd: sums.costNanos / 1e9,
  };
}
