import { defineConfig } from 'vitest/config';
import { reports } from './scripts/test-reports.ts';

/** Hermetic tests: they need npm's packages and nothing else. Tests that need more, or minutes, have a config of their own. */
export default defineConfig({
  test: {
    include: ['src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/services/**', 'test/long/**'],
    // Several files start real servers and models; more at once only makes timings unsteady on small machines.
    maxWorkers: 2,
    // Many times what any of them takes alone.
    testTimeout: 120_000,
    hookTimeout: 120_000,
    teardownTimeout: 20_000,
    // What a test waits for may be late on a busy machine; what must come soon says so itself.
    expect: { poll: { timeout: 20_000 } },
    ...reports('test'),
  },
});
