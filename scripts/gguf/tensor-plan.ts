import { createRandom } from './random.ts';
import type { TensorType } from './tensor-types.ts';
import type { Tensor } from './write-gguf.ts';

/** What random values a tensor gets: each kind keeps signals at a size that real weights would give them. */
export type Fill = 'matrix' | 'embedding' | 'filter' | 'norm' | 'bias' | 'decay' | 'step';

/** A tensor before it has values. */
export interface TensorPlan {
  readonly name: string;
  /** Innermost dimension first. */
  readonly shape: readonly number[];
  readonly fill: Fill;
  /** Makes the values larger or smaller than usual. */
  readonly factor?: number;
}

/** A matrix from `inner` to `outer` values, with further dimensions for experts or heads. */
export function matrix(name: string, inner: number, ...outer: readonly number[]): TensorPlan {
  return { name: `${name}.weight`, shape: [inner, ...outer], fill: 'matrix' };
}

export function norm(name: string, width: number): TensorPlan {
  return { name: `${name}.weight`, shape: [width], fill: 'norm' };
}

export function bias(name: string, ...shape: readonly number[]): TensorPlan {
  return { name: `${name}.bias`, shape, fill: 'bias' };
}

/** Values made for one piece of a tensor at a time: a large matrix is never in memory as a whole. */
const pieceValues = 1 << 20;

/** The tensor with its values, which depend on its name and nothing else. Matrices are stored as `type`. */
export function fillTensor({ name, shape, fill, factor = 1 }: TensorPlan, type: TensorType): Tensor {
  const [inner = 1] = shape;
  const count = shape.reduce((product, dimension) => product * dimension, 1);
  const piece = inner * Math.max(1, Math.floor(pieceValues / inner));
  return {
    name,
    shape,
    type: fill === 'matrix' || fill === 'embedding' ? type : 'f32',
    data: {
      *[Symbol.iterator]() {
        const random = createRandom(name);
        for (let from = 0; from < count; from += piece) {
          const values = new Float32Array(Math.min(piece, count - from));
          for (let i = 0; i < values.length; i++) values[i] = factor * draw(fill, inner, random());
          yield values;
        }
      },
    },
  };
}

/**
 * A value of a kind, from one spread evenly over [-1, 1). Matrices amplify a little, so that what the layers add
 * outweighs the token's own embedding: a model with tied embeddings would repeat its last token otherwise.
 */
function draw(fill: Fill, inner: number, random: number): number {
  switch (fill) {
    case 'matrix':
      return (random * 3) / Math.sqrt(inner);
    case 'embedding':
      return random * 0.4;
    case 'filter':
      return random;
    case 'norm':
      return 1 + random * 0.3;
    case 'bias':
      return random * 0.2;
    case 'decay':
      // Rates of forgetting are negative; these remember some dozens of tokens.
      return -0.05 - (random + 1) * 0.2;
    case 'step':
      // Softplus turns this into time steps of about 0.05 to 0.3.
      return -2 + random;
    default:
      return fill satisfies never;
  }
}
