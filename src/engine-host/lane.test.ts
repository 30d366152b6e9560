import { expect, it } from 'vitest';
import { idleContext } from '../../test/support/idle-context.ts';
import { idleGeneration, sharedRequest } from '../../test/support/idle-generation.ts';
import { Lane } from './lane.ts';
import { StepCost } from './step-cost.ts';

it('a long batch is broken off once those who left have most of it together', () => {
  let aborts = 0;
  const steps = new StepCost(
    new Map([
      [1, 10],
      [512, 1000],
    ]),
  );
  const lane = new Lane(idleContext({ abort: () => void aborts++ }), {
    cost: { streams: steps, prompts: steps },
    copyMs: 0,
    reusesPrefixes: true,
  });
  const readers = [1, 2, 3].map((token) => idleGeneration(sharedRequest(Array.from({ length: 100 }, () => token))));
  for (const each of readers) lane.submit(each);
  void lane.round();
  const abortsAfter = readers.map((each) => {
    each.cancel();
    lane.leave(each);
    return aborts > 0;
  });

  expect(abortsAfter).toEqual([false, true, true]);
});
