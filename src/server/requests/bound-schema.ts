import { ManifoldError } from '../../errors.ts';

/** Far above any schema that an engine takes; so many are walked in a few milliseconds. */
const mostValues = 50_000;

/** Refuses a schema that is too large to be compared with another, or to be sent to a thread, without holding up others. */
export function boundSchema(schema: unknown, param: string): void {
  let values = 0;
  const pending: object[] = typeof schema === 'object' && schema !== null ? [schema] : [];
  for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
    for (const value of Object.values(next) as unknown[]) {
      if (++values > mostValues) {
        throw new ManifoldError(
          'unsupported_schema',
          `\`${param}\`: the schema holds more than ${mostValues} values. Make it smaller.`,
          { param },
        );
      }
      if (typeof value === 'object' && value !== null) pending.push(value);
    }
  }
}
