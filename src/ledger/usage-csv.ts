import type { WireUsageReport } from '../api/usage-report.ts';

/** A report as CSV (RFC 4180), one line a row, without the total. */
export function usageCsv({ by, data }: WireUsageReport): string {
  const columns = [...columnsOf(by), ...sumColumns];
  const lines = data.map((row) => columns.map((column) => cell(row[column])).join(','));
  return [columns.join(','), ...lines, ''].join('\r\n');
}

type Row = WireUsageReport['data'][number];

const sumColumns = [
  'requests',
  'errors',
  'estimated',
  'prompt_tokens',
  'cached_tokens',
  'completion_tokens',
  'reasoning_tokens',
  'cost_usd',
] as const satisfies (keyof Row)[];

function columnsOf(by: WireUsageReport['by']): (keyof Row)[] {
  return by.map((dimension) =>
    dimension === 'key' || dimension === 'team' || dimension === 'model' ? dimension : 'start',
  );
}

/** Spreadsheets take what begins like this for a formula, and would run it. */
const beginsLikeFormula = /^[=+\-@\t\r\n＝＋－＠]/;

function cell(value: string | number | null | undefined): string {
  if (typeof value === 'number') return String(value);
  const text = value ?? '';
  const safe = beginsLikeFormula.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
