import { expect, it } from 'vitest';
import { finish, piece, role, usageOf } from '../../../test/support/scripted-engine.ts';
import { checkedJson } from './checked-json.ts';

it('what was heard of an answer that is lost is not held any more when another is asked for', async () => {
  const answers = [[role(), piece('no '), piece('JSON'), finish(), usageOf(1, 2)]];
  let held = 0;
  let heldAtOpening = -1;
  const open = async () => {
    heldAtOpening = held;
    const chunks = answers.shift() ?? [role(), piece('{}'), finish(), usageOf(1, 1)];
    return (async function* say() {
      yield* chunks;
    })();
  };
  const told = await checkedJson(open, { onHeld: (pieces) => void (held = pieces) });
  await Array.fromAsync(told);

  expect(heldAtOpening).toBe(0);
  expect(held).toBe(1);
});
