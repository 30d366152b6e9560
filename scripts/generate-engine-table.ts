// Writes docs/engine-parameters.md. With --check it only says whether that is up to date.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { engineTable } from './engine-table.ts';

const file = join(import.meta.dirname, '..', 'docs', 'engine-parameters.md');

if (!process.argv.includes('--check')) {
  writeFileSync(file, engineTable());
} else if (readFileSync(file, 'utf8') !== engineTable()) {
  console.error('docs/engine-parameters.md does not match src/engines/quirks. Run `npm run generate`.');
  process.exitCode = 1;
}
