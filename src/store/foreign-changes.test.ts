import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { watchForeignChanges } from './foreign-changes.ts';
import type { SqliteClient } from './sqlite-client.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('tells of a change by others with the next look, and of none that was there before', async () => {
  let version = 7;
  const client = { dataVersion: async () => version } as Partial<SqliteClient> as SqliteClient;
  const changes = watchForeignChanges({ client: async () => client, everyMs: 250 });
  let told = 0;
  changes.listen(() => told++);
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toBe(0);

  version = 8;
  await vi.advanceTimersByTimeAsync(250);
  expect(told).toBe(1);
  await vi.advanceTimersByTimeAsync(1000);
  expect(told).toBe(1);
  changes.stop();
});
