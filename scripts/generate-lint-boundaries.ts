// Writes the import rules into .oxlintrc.json. With --check it only says whether they are up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { lintBoundaries } from './lint-boundaries.ts';
import type { LintOverride } from './lint-boundaries.ts';

const file = join(import.meta.dirname, '..', '.oxlintrc.json');
const current = readFileSync(file, 'utf8');
const config: { overrides?: LintOverride[] } = JSON.parse(current);
const others = (config.overrides ?? []).filter((override) => !('no-restricted-imports' in override.rules));
const next = { ...config, overrides: [...others, ...lintBoundaries()] };

if (process.argv.includes('--check')) {
  if (JSON.stringify(next) !== JSON.stringify(config)) {
    console.error('.oxlintrc.json does not match scripts/import-table.ts. Run `npm run generate`.');
    process.exitCode = 1;
  }
} else {
  writeFileSync(file, `${JSON.stringify(next, null, 2)}\n`);
}
