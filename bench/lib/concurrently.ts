/** Runs `task(0)` to `task(count - 1)`, at most `atOnce` of them together, and returns what they returned, in order. */
export async function concurrently<T>(
  count: number,
  atOnce: number,
  task: (index: number) => Promise<T>,
): Promise<readonly T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async () => {
    for (let index = next++; index < count; index = next++) results[index] = await task(index);
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, count) }, worker));
  return results;
}
