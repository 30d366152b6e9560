import { defineConfig } from 'vitest/config';
import { reports } from '../../scripts/test-reports.ts';

/** Tests that need a Chromium on the machine (`scripts/ci-setup` installs one); a missing one fails them. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    ...reports('services'),
  },
});
