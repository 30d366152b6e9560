import { defineConfig } from 'vitest/config';
import { reports } from '../../scripts/test-reports.ts';

/** Tests that need a Chromium and a llama-server (`scripts/ci-setup` brings both); one that is missing fails them. */
export default defineConfig({
  test: {
    include: ['test/services/**/*.test.ts'],
    maxWorkers: 1,
    testTimeout: 60_000,
    hookTimeout: 60_000,
    expect: { poll: { timeout: 15_000 } },
    ...reports('services'),
  },
});
