import type { WireUsageReport } from '../api/usage-report.ts';
import { columns } from './columns.ts';

type Row = WireUsageReport['data'][number] | WireUsageReport['total'];

/** A report for reading: a line a row, a line for the sum, columns aligned. */
export function usageTable({ by, from, to, data, total }: WireUsageReport): string {
  const head = [...by, 'requests', 'errors', 'prompt', 'cached', 'completion', 'reasoning', 'cost'];
  const rows = data.map((row) => [
    ...by.map((dimension) => {
      if (dimension === 'key' || dimension === 'model' || dimension === 'team') return row[dimension] || '(none)';
      return (row.start ?? '').slice(0, lengths[dimension]).replace('T', ' ');
    }),
    ...figures(row),
  ]);
  const sum = [...by.map((_, at) => (at === 0 ? 'total' : '')), ...figures(total)];
  const lines = columns([head, ...rows, sum], by.length);
  const estimated = total.estimated === 0 ? [] : [`The tokens of ${total.estimated} requests are estimates.`];
  return [`${from} – ${to}`, ...lines, ...estimated, ''].join('\n');
}

/** Of `2026-01-31T12:00:00.000Z`. */
const lengths = { hour: 16, day: 10, month: 7 } as const;

function figures(row: Row): string[] {
  const { requests, errors, prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens, cost_usd } = row;
  return [
    ...[requests, errors, prompt_tokens, cached_tokens, completion_tokens, reasoning_tokens].map(String),
    cost_usd === 0 ? '-' : `$${cost_usd.toFixed(cost_usd < 1 ? 6 : 2)}`,
  ];
}
