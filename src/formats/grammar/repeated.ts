import { limits } from './limits.ts';
import type { Translation } from './schema-node.ts';

/** How long the blocks are that a repetition beyond llama.cpp's bound is made of. */
const block = 1000;

/**
 * A rule from `min` to `max` times, the rule not being one that may be empty. Beyond 2,000 times it is made of
 * blocks, since llama.cpp drops a greater maximum in silence and refuses a greater minimum. Beyond a million
 * `relaxMaximum` is called and there is no maximum.
 */
export function repeated(
  translation: Translation,
  rule: string,
  min: number,
  max: number,
  relaxMaximum: () => void,
): string {
  const { builder, budget } = translation;
  if (max !== Infinity && max > limits.blockRepetition) {
    relaxMaximum();
    return repeated(translation, rule, min, Infinity, relaxMaximum);
  }
  const times = (name: string, from: number, to: number) => {
    budget.spendRepetitions(to === Infinity ? from + 1 : to);
    if (to === Infinity) return from === 0 ? `${name}*` : from === 1 ? `${name}+` : `${name}{${from},}`;
    return from === to ? `${name}{${from}}` : `${name}{${from},${to}}`;
  };
  if ((max === Infinity ? min : max) <= limits.repetition) {
    if (max === 0) return '""';
    return builder.add(`${rule}-times`, times(rule, min, max));
  }
  if (min > limits.blockRepetition) budget.spendRepetitions(min);
  const blockRule = builder.add(`${rule}-block`, times(rule, block, block));
  const parts: string[] = [];
  if (min >= block) parts.push(times(blockRule, Math.floor(min / block), Math.floor(min / block)));
  if (min % block > 0) parts.push(times(rule, min % block, min % block));
  if (max === Infinity) parts.push(times(rule, 0, Infinity));
  else if (max > min) {
    // Up to so many: some blocks and less than one more, or all the blocks and what is left.
    const [blocks, left] = [Math.floor((max - min) / block), (max - min) % block];
    const short = times(rule, 0, block - 1);
    const options = [`${times(blockRule, blocks, blocks)} ${left === 0 ? '""' : times(rule, 0, left)}`];
    if (blocks > 0) options.push(`${times(blockRule, 0, blocks - 1)} ${short}`);
    parts.push(builder.add(`${rule}-up-to`, blocks === 0 ? times(rule, 0, left) : options.join(' | ')));
  }
  return builder.add(`${rule}-times`, parts.join(' '));
}
