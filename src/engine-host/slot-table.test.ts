import { expect, it } from 'vitest';
import { idleContext } from '../../test/support/idle-context.ts';
import { idleGeneration, sharedRequest } from '../../test/support/idle-generation.ts';
import { SlotTable } from './slot-table.ts';
import { StepCost } from './step-cost.ts';

const steps = new StepCost(new Map([[1, 10]]));

/** Two who run, each with all of its prompt in memory. */
function running() {
  const table = new SlotTable(idleContext(), {
    cost: { streams: steps, prompts: steps },
    copyMs: 0,
    reusesPrefixes: true,
  });
  const [older, younger] = [idleGeneration(sharedRequest([1, 2, 3])), idleGeneration(sharedRequest([4, 5, 6]))];
  for (const each of [older, younger]) table.submit(each);
  table.fill();
  for (const each of [older, younger]) each.position = 3;
  return { table, older, younger };
}

it('the youngest who runs gives its cells up where nobody else can', () => {
  const { table, older, younger } = running();

  expect(table.freeCells()).toBe(true);
  expect([table.slotOf(older) !== undefined, table.slotOf(younger), table.waiting]).toEqual([true, undefined, 1]);
});

it.each<[string, (each: ReturnType<typeof idleGeneration>) => void]>([
  ['has ended', (each) => each.endCancelled()],
  ['nobody waits for any more', (each) => each.cancel()],
])('one that %s gives them up first, and does not wait for a slot again', (_which, end) => {
  const { table, older, younger } = running();
  end(older);

  expect(table.freeCells()).toBe(true);
  expect(table.running().map(({ generation }) => generation)).toEqual([younger]);
  expect([younger.position, table.waiting]).toEqual([3, 0]);
});
