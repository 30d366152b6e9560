import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parameterPage, tableProblems } from '../../scripts/parameter-table.ts';

describe('the tables of parameters', () => {
  it('have a row for every parameter, which says what the schemas say', () => {
    expect(tableProblems()).toEqual([]);
  });

  it('are those in docs/parameters.md', () => {
    const page = readFileSync(join(import.meta.dirname, '..', '..', 'docs', 'parameters.md'), 'utf8');

    expect(page, 'Run `npm run generate`.').toBe(parameterPage());
  });
});
