import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { environmentVariables } from '../../src/config/settings-from-environment.ts';
import { errorTable } from '../../src/errors.ts';
import { createMetrics } from '../../src/observability/metrics.ts';

const read = (...path: string[]) => readFileSync(join(import.meta.dirname, '..', '..', ...path), 'utf8');

describe('the documentation', () => {
  it('lists every error code with its status, and no other', () => {
    const rows = read('docs', 'guide.md').matchAll(/^\| `(\w+)` +\| (\d{3}) +\| (yes|no) /gm);

    expect(
      Object.fromEntries([...rows].map(([, code, status, retry]) => [code, [Number(status), retry === 'yes']])),
    ).toEqual(
      Object.fromEntries(
        Object.entries(errorTable).map(([code, { status, retryable }]) => [code, [status, retryable]]),
      ),
    );
  });

  it('lists every environment variable with what it sets, and no other', () => {
    const rows = read('docs', 'guide.md').matchAll(/^\| `([A-Z_]+)` +\| `([^`]+)` +\|$/gm);

    expect([...rows].map(([, name, path]) => [name, path])).toEqual(
      environmentVariables.map(([name, path]) => [name, path]),
    );
  });

  it('lists every metric, and no other', async () => {
    const metrics = createMetrics();
    metrics.showLocalModels(() => []);
    const names = (await metrics.render()).matchAll(/^# TYPE (\w+) /gm);
    const rows = read('docs', 'guide.md').matchAll(/^\| `(manifold_\w+)` +\|/gm);

    expect(new Set(Array.from(rows, ([, name]) => name))).toEqual(new Set(Array.from(names, ([, name]) => name)));
  });

  it('keeps the README short and its test command the one that is run', () => {
    const readme = read('README.md');

    expect(readme.split('\n').length).toBeLessThan(120);
    expect(readme).toContain('## Test\n\n```sh\nnpm ci && npm test\n```');
  });
});
