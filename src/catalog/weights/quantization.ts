/**
 * Quantisations in the order in which one is taken when none is asked for: first what most people run, then what is
 * better and larger, then what is worse and smaller, last what was never quantised. What is not listed comes after all.
 */
export const preferredQuantizations: readonly string[] = [
  'Q4_K_M',
  'UD-Q4_K_XL',
  'Q4_K_L',
  'Q4_K_S',
  'IQ4_XS',
  'IQ4_NL',
  'MXFP4',
  'MXFP4_MOE',
  'Q4_0',
  'Q4_1',
  'Q5_K_M',
  'Q5_K_S',
  'Q5_0',
  'Q5_1',
  'Q6_K',
  'Q8_0',
  'Q3_K_L',
  'Q3_K_M',
  'IQ3_M',
  'Q3_K_S',
  'Q2_K',
  'BF16',
  'F16',
  'F32',
];

const label =
  /(?<=^|[-._/])(?:UD-)?(?:I?Q\d+(?:_(?:K|XXS|XS|XL|NL|S|M|L|\d))*|TQ\d_\d|BF16|FP?16|FP?32|MXFP4(?:_MOE)?|NVFP4)(?=$|[-._/])/gi;

/** The quantisation in a file's name, upper case; the last one where there are several. */
export function quantizationOf(path: string): string | undefined {
  const stem = path.replace(/\.gguf$/i, '').replace(/-\d{5}-of-\d{5}$/, '');
  return stem.match(label)?.at(-1)?.toUpperCase().replace(/^FP/, 'F');
}

/** Whether a file of the one is what somebody wants who asks for the other. */
export function isQuantization(found: string, asked: string): boolean {
  const wanted = asked.toUpperCase().replace(/^FP/, 'F');
  return found === wanted || found === `UD-${wanted}`;
}
