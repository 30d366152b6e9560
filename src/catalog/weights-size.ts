import type { ModelCard } from './card.ts';

/** What weights take, in memory as on disk. */
export interface WeightsSize {
  readonly bytes: number;
  readonly quantization: string;
  /** False: the size of files that are known. True: parameters times bits. */
  readonly isEstimate: boolean;
}

/** Bits a weight takes, scales and the like included. */
const bitsPerWeight = { Q4_K_M: 4.85, BF16: 16 } as const;

/** What a model's GGUF files take, as far as is known; undefined where neither files nor parameters are. */
export function ggufSize({ gguf = [], parameters }: ModelCard): WeightsSize | undefined {
  for (const { files = [], quantization } of gguf) {
    const sizes = files.flatMap(({ bytes }) => bytes ?? []);
    if (quantization === undefined || sizes.length === 0 || sizes.length !== files.length) continue;
    return { bytes: sizes.reduce((sum, each) => sum + each, 0), quantization, isEstimate: false };
  }
  return estimate(parameters?.total, 'Q4_K_M');
}

/** What the official weights take in 16 bits. */
export function officialSize({ parameters }: ModelCard): WeightsSize | undefined {
  return estimate(parameters?.total, 'BF16');
}

function estimate(total: number | undefined, quantization: keyof typeof bitsPerWeight): WeightsSize | undefined {
  if (total === undefined) return undefined;
  return { bytes: Math.round((total * bitsPerWeight[quantization]) / 8), quantization, isEstimate: true };
}
