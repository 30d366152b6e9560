import { describe, expect, it } from 'vitest';
import { planStep, type Pending } from './plan-step.ts';
import { StepCost, type StepCosts } from './step-cost.ts';

/** Milliseconds measured on a CPU with one thread: two tokens take longer than two single steps. */
const cpu = new StepCost(
  new Map([
    [1, 24],
    [2, 92],
    [3, 102],
    [4, 114],
    [6, 165],
    [8, 145],
    [16, 206],
    [32, 366],
    [512, 6000],
  ]),
);
const both = (cost: StepCost): StepCosts => ({ streams: cost, prompts: cost });
const cpuCosts = both(cpu);
const limits = {
  batchTokens: 512,
  slowdown: 2.5,
  burstSlowdown: 6,
  leastPrompt: 16,
  slowRoundMs: 1000,
  promptStepMs: 1000,
  sharesCells: true,
  favoursOldest: false,
  triesWhole: false,
};

const streams = (count: number): Pending<string>[] =>
  Array.from({ length: count }, (_, at) => ({
    owner: `stream ${at}`,
    tokens: 1,
    depth: 0,
    answered: 20,
    arrival: at,
    sequence: at,
  }));
const prompt = (owner: string, tokens: number, arrival: number): Pending<string> => ({
  owner,
  tokens,
  depth: 0,
  answered: 0,
  arrival,
  sequence: arrival,
});
const sizes = (plan: ReturnType<typeof planStep<string>>) =>
  plan.map((group) => group.reduce((sum, { tokens }) => sum + tokens, 0));
const tokensOf = (plan: ReturnType<typeof planStep<string>>, owner: string) =>
  plan.flat().find((share) => share.owner === owner)?.tokens ?? 0;

describe('running streams', () => {
  it.each([
    [1, [1]],
    [2, [1, 1]],
    [4, [1, 1, 1, 1]],
    [8, [8]],
    [9, [9]],
    [16, [16]],
  ])('%d are decoded in the groups %j that take the least time', (count, expected) => {
    expect(sizes(planStep(streams(count), cpuCosts, limits))).toEqual(expected);
  });

  it('go together now and then, to know what that takes', () => {
    expect(sizes(planStep(streams(4), cpuCosts, { ...limits, triesWhole: true }))).toEqual([4]);
  });

  it('go together while nothing is known of the cost', () => {
    expect(sizes(planStep(streams(5), both(new StepCost(new Map())), limits))).toEqual([5]);
  });

  it('each get a token in every plan, also beside prompts', () => {
    const plan = planStep([...streams(3), prompt('long', 4000, 9), prompt('other', 4000, 10)], cpuCosts, limits);
    expect(plan).toHaveLength(1);
    for (const { owner } of streams(3)) expect(tokensOf(plan, owner)).toBe(1);
  });

  it('keep their place in the order of the slots', () => {
    const work = [prompt('first', 8, 3), ...streams(2), prompt('last', 8, 4)];
    expect(planStep(work, cpuCosts, limits)[0]?.map(({ owner }) => owner)).toEqual([
      'first',
      'stream 0',
      'stream 1',
      'last',
    ]);
  });
});

describe('prompts', () => {
  it('slow running streams down by a bounded factor', () => {
    const [size = 0] = sizes(planStep([...streams(8), prompt('long', 4000, 9)], cpuCosts, limits));
    expect(cpu.of(size)).toBeLessThanOrEqual(2.5 * cpu.of(9));
    expect(size).toBeGreaterThan(8);
  });

  it('of a burst are read sooner, while all streams have only begun', () => {
    const begun = streams(8).map((stream) => ({ ...stream, answered: 3 }));
    const [burst = 0] = sizes(planStep([...begun, prompt('long', 4000, 9)], cpuCosts, limits));
    const [mixed = 0] = sizes(planStep([...begun, ...streams(1), prompt('long', 4000, 9)], cpuCosts, limits));
    expect(cpu.of(burst)).toBeGreaterThan(4 * cpu.of(9));
    expect(cpu.of(burst)).toBeLessThanOrEqual(6 * cpu.of(9));
    expect(cpu.of(mixed)).toBeLessThanOrEqual(2.5 * cpu.of(10));
  });

  it('move on by a few tokens where even that is slow', () => {
    expect(tokensOf(planStep([...streams(1), prompt('long', 4000, 9)], cpuCosts, limits), 'long')).toBe(16);
  });

  it.each([true, false])(
    'move on by half as many where the round is slow for a reader (shared cells: %s)',
    (sharesCells) => {
      const work = [...streams(1), prompt('long', 4000, 9)];
      const readAt = (slowRoundMs: number) =>
        tokensOf(planStep(work, cpuCosts, { ...limits, sharesCells, slowRoundMs }), 'long');
      expect(readAt(240)).toBe(16);
      expect(readAt(200)).toBe(8);
    },
  );

  it('alone take as much as fits in a step of bounded time', () => {
    const [size = 0] = sizes(planStep([prompt('long', 4000, 0)], cpuCosts, limits));
    expect(cpu.of(size)).toBeLessThanOrEqual(1000);
    expect(size).toBeGreaterThan(32);
  });

  it('that are short go past long ones, which still move on', () => {
    const plan = planStep([prompt('long', 4000, 0), prompt('short', 30, 1)], cpuCosts, limits);
    expect(tokensOf(plan, 'short')).toBe(30);
    expect(tokensOf(plan, 'long')).toBeGreaterThan(10);
  });

  it('that are long go first now and then', () => {
    const work = [prompt('short', 30, 1), prompt('long', 4000, 0)];
    const plan = planStep(work, cpuCosts, { ...limits, favoursOldest: true });
    expect(tokensOf(plan, 'short')).toBe(0);
  });

  it('fill the batch and no more when nothing is known of the cost', () => {
    const work = [prompt('a', 400, 0), prompt('b', 400, 1)];
    expect(sizes(planStep(work, both(new StepCost(new Map())), limits))).toEqual([512]);
  });
});

describe('where each sequence has cells of its own', () => {
  const own = { ...limits, sharesCells: false };

  it('a batch holds consecutive sequences only', () => {
    const apart = streams(16).filter(({ sequence }) => sequence !== 8);
    expect(sizes(planStep(apart, cpuCosts, own))).toEqual([8, 7]);
  });

  it('prompts go beside the streams, in batches of their own', () => {
    const plan = planStep([...streams(8), prompt('a', 4000, 9), prompt('b', 4000, 10)], cpuCosts, own);
    expect(plan[0]).toHaveLength(8);
    expect(plan.slice(1).every((group) => group.length === 1)).toBe(true);
    const prompts = sizes(plan.slice(1)).reduce((sum, size) => sum + cpu.of(size), 0);
    expect(cpu.of(8) + prompts).toBeLessThanOrEqual(2.5 * cpu.of(10));
  });

  it('one prompt goes on rather than two in crumbs', () => {
    const plan = planStep([...streams(8), prompt('a', 4000, 9), prompt('b', 4000, 10)], cpuCosts, own);
    expect(plan.slice(1)).toHaveLength(1);
  });

  it('several prompts are read in one round when there is time', () => {
    const plan = planStep([prompt('a', 30, 0), prompt('b', 30, 1)], cpuCosts, own);
    expect(plan).toEqual([
      [
        { owner: 'a', tokens: 30 },
        { owner: 'b', tokens: 30 },
      ],
    ]);
  });

  it.each([
    ['equal pieces, which the library computes together', [60, 60], [120]],
    ['few tokens of each, which take as long as one', [9, 9, 9], [27]],
    ['pieces of many lengths, which the library takes apart', [61, 59, 66, 63], [61, 59, 66, 63]],
  ])('prompts side by side are divided into batches by what they take: %s', (_what, lengths, expected) => {
    // Milliseconds measured with AMX.
    const measured: [number, number][] = [
      [8, 85],
      [16, 103],
      [32, 174],
      [64, 344],
      [256, 1260],
    ];
    const work = lengths.map((tokens, at) => prompt(`prompt ${at}`, tokens, at));
    expect(sizes(planStep(work, both(new StepCost(new Map(measured))), { ...own, promptStepMs: 2500 }))).toEqual(
      expected,
    );
  });

  it('prompts that are not beside each other are batches of their own', () => {
    const plan = planStep([prompt('a', 10, 0), prompt('b', 10, 2)], cpuCosts, own);
    expect(sizes(plan)).toEqual([10, 10]);
  });
});

describe('at a depth of thousands', () => {
  const deep = new StepCost(
    new Map([
      [1, 24],
      [16, 206],
      [512, 6000],
    ]),
  );
  deep.learn(32, 366 + 32 * 2000 * 0.01, 32 * 2000);
  const far = { ...prompt('far', 4000, 9), depth: 4000 };

  it('a prompt is read in smaller pieces', () => {
    const [near = 0] = sizes(planStep([prompt('near', 4000, 9)], both(deep), limits));
    const [size = 0] = sizes(planStep([far], both(deep), limits));
    expect(size).toBeLessThan(near);
    expect(deep.of(size, size * 4000)).toBeLessThanOrEqual(1000);
  });

  it('a round beside streams takes the depth of the prompt into account', () => {
    const [, [share] = []] = planStep([...streams(8), far], both(deep), { ...limits, sharesCells: false });
    const tokens = share?.tokens ?? 0;
    expect(deep.of(8) + deep.of(tokens, tokens * 4000)).toBeLessThanOrEqual(2.5 * deep.of(9) + deep.of(16, 16 * 4000));
  });
});
