import { defineConfig } from 'vitest/config';
import { reports } from '../../scripts/test-reports.ts';

/**
 * Tests that take minutes: kill loops, faults at longer settings, soaks. `MANIFOLD_LONG_ROUNDS` says how often each
 * repeats what it does. They need the llama-server of `scripts/ci-setup`.
 */
export default defineConfig({
  test: {
    include: ['test/long/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 30 * 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 30_000 } },
    ...reports('long'),
  },
});
