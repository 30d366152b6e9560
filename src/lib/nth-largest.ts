/**
 * The n-th largest of some numbers, counted from 1; what is no number counts as −∞. Reorders them. Takes a time
 * proportional to their number, where sorting takes several times as long.
 */
export function nthLargest(numbers: Float32Array, n: number): number {
  for (let at = 0; at < numbers.length; at++) if (Number.isNaN(numbers[at])) numbers[at] = -Infinity;
  let [from, to] = [0, numbers.length - 1];
  while (from < to) {
    const middle = numbers[(from + to) >> 1] as number;
    let [left, right] = [from, to];
    while (left <= right) {
      while ((numbers[left] as number) > middle) left++;
      while ((numbers[right] as number) < middle) right--;
      if (left > right) break;
      const larger = numbers[right] as number;
      numbers[right--] = numbers[left] as number;
      numbers[left++] = larger;
    }
    if (n - 1 <= right) to = right;
    else if (n - 1 >= left) from = left;
    else break;
  }
  return numbers[n - 1] ?? Number.NaN;
}
