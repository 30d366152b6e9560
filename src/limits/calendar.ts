export type Period = 'day' | 'month';

/** When the day or month began that `at` lies in, and when it ends, in UTC. Unix milliseconds. */
export function periodOf(period: Period, at: number): { readonly from: number; readonly until: number } {
  const date = new Date(at);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  return period === 'day'
    ? { from: Date.UTC(year, month, day), until: Date.UTC(year, month, day + 1) }
    : { from: Date.UTC(year, month), until: Date.UTC(year, month + 1) };
}
