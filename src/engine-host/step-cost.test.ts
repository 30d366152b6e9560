import { describe, expect, it } from 'vitest';
import { measureStepCost, StepCost } from './step-cost.ts';

describe('the expected time of a step', () => {
  const cost = new StepCost(
    new Map([
      [1, 24],
      [2, 92],
      [4, 114],
      [16, 206],
    ]),
  );

  it('is what was measured, or lies between', () => {
    expect([1, 2, 3, 4, 10].map((tokens) => cost.of(tokens))).toEqual([24, 92, 103, 114, 160]);
  });

  it('grows nearly in proportion beyond what was measured', () => {
    expect(cost.of(32)).toBeGreaterThan(370);
    expect(cost.of(32)).toBeLessThan(412);
  });

  it('believes a faster step sooner than a slower one', () => {
    const [faster, slower] = [new StepCost(new Map([[1, 20]])), new StepCost(new Map([[1, 20]]))];
    faster.learn(1, 10);
    slower.learn(1, 30);
    expect([faster.of(1), slower.of(1)]).toEqual([15, 21]);
  });

  it('is nothing as long as nothing is known', () => {
    expect(new StepCost(new Map()).of(8)).toBe(0);
  });

  it('follows what steps take now', () => {
    const learning = new StepCost(new Map([[1, 20]]));
    for (let step = 0; step < 100; step++) learning.learn(1, 40);
    expect(learning.of(1)).toBeCloseTo(40, 1);
  });

  it('learns sizes that were not measured, and counts near ones in proportion', () => {
    const learning = new StepCost(new Map([[1, 10]]));
    learning.learn(500, 1000);
    expect(learning.of(512)).toBeCloseTo(1024);
    expect(learning.table().map(({ tokens }) => tokens)).toEqual([1, 512]);
  });
});

describe('what cells cost', () => {
  it('is learned from deep steps, by the size of the batch, and leaves shallow ones as they were', () => {
    const cost = new StepCost(
      new Map([
        [8, 100],
        [64, 500],
      ]),
    );
    cost.learn(8, 180, 8 * 1000);
    cost.learn(64, 820, 64 * 1000);
    expect(cost.of(8)).toBe(100);
    expect(cost.of(8, 8 * 2000)).toBeCloseTo(260);
    expect(cost.of(64, 64 * 1000)).toBeCloseTo(820);
    expect(cost.of(7, 7 * 1000) - cost.of(7)).toBeCloseTo(70);
  });

  it('is not mistaken for what a shallow step takes', () => {
    const cost = new StepCost(new Map([[8, 100]]));
    cost.learn(8, 180, 8 * 1000);
    for (let step = 0; step < 100; step++) cost.learn(8, 102, 8 * 25);
    expect(cost.of(8)).toBeCloseTo(100, 0);
  });

  it('is nothing as long as no step was deep', () => {
    expect(new StepCost(new Map([[8, 100]])).of(8, 100_000)).toBe(100);
  });
});

describe('the largest batch within a time', () => {
  const cost = new StepCost(
    new Map([
      [1, 24],
      [2, 92],
      [4, 114],
      [8, 100],
      [16, 206],
      [512, 6000],
    ]),
  );

  it.each([
    [110, 8],
    [206, 16],
    [10_000, 512],
  ])('of %d ms is %d tokens', (milliseconds, tokens) => {
    expect(cost.largestWithin(milliseconds, 1, 512)).toBe(tokens);
  });

  it('is never below what must go', () => {
    expect(cost.largestWithin(1, 20, 512)).toBe(20);
  });
});

describe('measuring', () => {
  it('ends when the time is spent, with one token timed in any case', async () => {
    const sizes: number[] = [];
    const cost = await measureStepCost(
      async (tokens) => {
        sizes.push(tokens);
        await new Promise((resolve) => setTimeout(resolve, 20));
      },
      [1, 512],
      1,
    );
    expect(sizes).toEqual([1, 1]);
    expect(cost.of(1)).toBeGreaterThan(10);
  });
});
