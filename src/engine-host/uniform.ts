/** A number from 0 to below 1 that only depends on a seed of 32 bits and a position, and looks random in both. */
export function uniformAt(seed: number, position: number): number {
  let high = mix(seed ^ Math.imul(position + 1, 0x9e3779b9));
  high = mix(high ^ position);
  const low = mix(high ^ seed ^ 0x85ebca6b);
  return ((high >>> 6) * 2 ** 27 + (low >>> 5)) / 2 ** 53;
}

/** The last step of MurmurHash3: every bit of the input changes half the bits of the result. */
function mix(value: number): number {
  let bits = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
