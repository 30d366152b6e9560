import type { Turns } from './turns.ts';

/** How long the event loop may be held before others have a turn. */
const sliceMs = 4;

/** Maps a list that may be long, in slices of a few milliseconds. What takes no longer than one is done at once. */
export async function mapInTurns<Item, Result>(
  items: readonly Item[],
  map: (item: Item, at: number) => Result,
  turns: Turns,
): Promise<Result[]> {
  const results: Result[] = [];
  let since = performance.now();
  for (const [at, item] of items.entries()) {
    results.push(map(item, at));
    if (performance.now() - since < sliceMs) continue;
    await turns.take();
    since = performance.now();
  }
  return results;
}
