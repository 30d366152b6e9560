/** What the models that are loaded want of the processor: a number of threads, or undefined for a share. */
export type WantedThreads = number | undefined;

/**
 * Divides the threads of the machine between models: who wants a number gets it, the others share the rest evenly, the
 * first ones what cannot be divided. Each has one at least: one thread alone waits for no other, where teams that are
 * more than the processors wait for each other.
 */
export function shareThreads(wanted: readonly WantedThreads[], total: number): number[] {
  const fixed = wanted.reduce<number>((sum, each) => sum + (each ?? 0), 0);
  const sharing = wanted.filter((each) => each === undefined).length;
  const rest = Math.max(0, total - fixed);
  let over = sharing === 0 ? 0 : rest % sharing;
  return wanted.map((each) => each ?? Math.max(1, Math.floor(rest / sharing) + (over-- > 0 ? 1 : 0)));
}
