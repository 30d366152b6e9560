import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { hostOptions, type HostEvent } from '../../src/api/internal/engine-host.ts';
import { builtInModel } from '../../src/config/built-in-model.ts';
import { startHostProcess } from '../../src/engines/embedded/host-process.ts';

it('an engine host whose parent is gone while it loads a model ends by itself', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'manifold-test-'));
  const options = hostOptions.parse({
    modelPath: builtInModel.path,
    modelId: 'm',
    socketPath: join(directory, 'engine.sock'),
    threads: 1,
    maxWaiting: 1,
  });
  try {
    for (let round = 0; round < 5; round++) {
      let begun: (() => void) | undefined;
      const loading = new Promise<void>((resolve) => (begun = resolve));
      const onEvent = ({ event }: HostEvent) => {
        if (event === 'plan') host.tell({ command: 'load', bytes: null });
        if (event === 'progress') begun?.();
      };
      const host = startHostProcess(options, { env: {}, onEvent, onLog: () => undefined });
      await loading;
      const started = performance.now();
      await host.stop(20_000);

      // Not by the signal that comes after the grace.
      expect(performance.now() - started).toBeLessThan(15_000);
    }
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
});
