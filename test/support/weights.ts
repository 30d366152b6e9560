import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { PullEvent } from '../../src/catalog/weights/fetch-plan.ts';
import type { PullPlan } from '../../src/catalog/weights/plan.ts';
import { createWeightsStore, type WeightsOptions, type WeightsStore } from '../../src/catalog/weights/weights-store.ts';
import type { Clock } from '../../src/lib/clock.ts';

/** Weights in a directory of their own, and what their pulls reported. */
export interface TestWeights extends AsyncDisposable {
  readonly dir: string;
  readonly cacheDir: string;
  readonly store: WeightsStore;
  readonly events: PullEvent[];
  /** Seconds that were waited for, without waiting. */
  readonly waits: number[];
  pull(reference: string, signal?: AbortSignal): Promise<PullPlan>;
}

/** A store over a fresh cache. Time that it waits passes at once. */
export function createTestWeights(options: Partial<WeightsOptions>): TestWeights {
  const dir = mkdtempSync(join(tmpdir(), 'manifold-weights-'));
  const cacheDir = join(dir, 'hub');
  const events: PullEvent[] = [];
  const waits: number[] = [];
  const clock: Clock = {
    now: () => performance.now(),
    after(ms, action) {
      // The lock's heartbeat and polling are no waits of the download.
      if (ms % 1000 !== 0 || ms === 5_000) {
        const timer = setTimeout(action, ms).unref();
        return () => clearTimeout(timer);
      }
      waits.push(ms / 1000);
      const immediate = setImmediate(action);
      return () => clearImmediate(immediate);
    },
  };
  const store = createWeightsStore({
    cacheDir,
    filesDir: join(dir, 'files'),
    endpoint: 'http://127.0.0.1:1',
    isOffline: false,
    allowHosts: [],
    env: {},
    clock,
    ...options,
  });
  return {
    dir,
    cacheDir,
    store,
    events,
    waits,
    async pull(reference, signal = new AbortController().signal) {
      const asked = { signal, report: (event: PullEvent) => void events.push(event) };
      const plan = await store.plan(reference, asked);
      await store.fetch(plan, asked);
      return plan;
    },
    async [Symbol.asyncDispose]() {
      await store.close();
      rmSync(dir, { recursive: true, force: true });
    },
  };
}
