/** Whether something holds; undefined where that cannot be told. */
export type Verdict = boolean | undefined;

export function opposite(verdict: Verdict): Verdict {
  return verdict === undefined ? undefined : !verdict;
}

/** Whether all hold. What comes after one that does not is not looked at. */
export function everyOf<Item>(items: readonly Item[], holds: (item: Item) => Verdict): Verdict {
  let all: Verdict = true;
  for (const item of items) {
    const verdict = holds(item);
    if (verdict === false) return false;
    if (verdict === undefined) all = undefined;
  }
  return all;
}

/** Whether one holds. What comes after it is not looked at. */
export function someOf<Item>(items: readonly Item[], holds: (item: Item) => Verdict): Verdict {
  return opposite(everyOf(items, (item) => opposite(holds(item))));
}
