import { describe, expect, it } from 'vitest';
import { shareRuns } from './share-runs.ts';

function controlled() {
  const runs: PromiseWithResolvers<void>[] = [];
  const ask = shareRuns(() => {
    const run = Promise.withResolvers<void>();
    runs.push(run);
    return run.promise;
  });
  return { runs, ask };
}

describe('runs that are shared', () => {
  it('begin one at a time, and one serves all who asked during the one before', async () => {
    const { runs, ask } = controlled();
    const first = ask();
    const [second, third] = [ask(), ask()];
    expect(runs).toHaveLength(1);

    runs[0]!.resolve();
    await first;
    await Promise.resolve();
    expect(runs).toHaveLength(2);

    runs[1]!.resolve();
    await Promise.all([second, third]);
    expect(runs).toHaveLength(2);
  });

  it('fail only those who asked for them', async () => {
    const { runs, ask } = controlled();
    const first = ask();
    const second = ask();

    runs[0]!.reject(new Error('the first'));
    await expect(first).rejects.toThrow('the first');
    runs[1]!.resolve();

    await expect(second).resolves.toBeUndefined();
  });
});
