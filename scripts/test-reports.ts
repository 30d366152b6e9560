import { join } from 'node:path';

/** How test results are told: to the reader, and as JSON into `MANIFOLD_TEST_REPORTS` when that names a folder. */
export function reports(name: string): { reporters: string[]; outputFile: Record<string, string> } {
  const folder = process.env['MANIFOLD_TEST_REPORTS'];
  if (folder === undefined) return { reporters: ['default'], outputFile: {} };
  return { reporters: ['default', 'json'], outputFile: { json: join(folder, `${name}.json`) } };
}
