import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/support/fake-clock.ts';
import { createRetryBudget } from './retry-budget.ts';

describe('a retry budget', () => {
  const spendAll = (budget: { spend(): boolean }) => {
    let spent = 0;
    while (budget.spend()) spent++;
    return spent;
  };

  it('allows a burst and then a share of the requests', () => {
    const budget = createRetryBudget({ mostAttempts: 3, share: 0.25, floorPerSecond: 0, burst: 10 }, fakeClock());
    expect(spendAll(budget)).toBe(10);
    for (let at = 0; at < 20; at++) budget.earn();

    expect(spendAll(budget)).toBe(5);
  });

  it('allows a floor per second whatever the requests, saved up to the burst', async () => {
    const clock = fakeClock();
    const budget = createRetryBudget({ mostAttempts: 3, share: 0, floorPerSecond: 2, burst: 4 }, clock);
    spendAll(budget);
    await clock.advance(1000);
    expect(spendAll(budget)).toBe(2);
    await clock.advance(60_000);

    expect(spendAll(budget)).toBe(4);
  });
});
