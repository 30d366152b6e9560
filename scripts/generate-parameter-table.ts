// Writes docs/parameters.md. With --check it only says whether that is up to date, and whether a row is missing.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parameterPage, tableProblems } from './parameter-table.ts';

const file = join(import.meta.dirname, '..', 'docs', 'parameters.md');
const problems = tableProblems();
const page = parameterPage();

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else if (!process.argv.includes('--check')) {
  writeFileSync(file, page);
} else if (readFileSync(file, 'utf8') !== page) {
  console.error('docs/parameters.md does not match the tables in src/api. Run `npm run generate`.');
  process.exitCode = 1;
}
