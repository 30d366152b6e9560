/**
 * The least of many measurements, as far as it takes to find one below `bound`: a busy machine may hold any one of them
 * up.
 */
export async function leastOf(bound: number, measure: () => number | Promise<number>): Promise<number> {
  let least = Infinity;
  for (let count = 0; count < 30 && least >= bound; count++) least = Math.min(least, await measure());
  return least;
}
