import { expect, it } from 'vitest';
import type { LoadPlan } from '../../api/internal/engine-host.ts';
import { startWhenAdmitted } from './start-when-admitted.ts';

it('a process that cannot be started ends as one that died, and says why', async () => {
  const { promise: planned, resolve: onPlan } = Promise.withResolvers<LoadPlan>();
  const process = startWhenAdmitted({
    plan: async () => ({}) as LoadPlan,
    onPlan,
    start() {
      throw new Error('too many open files');
    },
  });
  await planned;
  process.tell({ command: 'load', bytes: null });

  expect(await process.exited).toEqual({ code: null, signal: null, lastWords: 'Error: too many open files' });
});
