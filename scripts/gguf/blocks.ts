import { bias, matrix, norm, type TensorPlan } from './tensor-plan.ts';

/** Sizes of an attention layer. */
export interface AttentionShape {
  readonly width: number;
  readonly heads: number;
  readonly keyValueHeads: number;
  readonly headWidth: number;
}

/**
 * What a decoder has before and after its layers. Without `head` the embedding is the output matrix too;
 * `embeddingFactor` undoes what an architecture multiplies its embeddings with.
 */
export function frame(
  width: number,
  vocabulary: number,
  options: { head: boolean; embeddingFactor?: number },
): TensorPlan[] {
  const embedding: TensorPlan = {
    name: 'token_embd.weight',
    shape: [width, vocabulary],
    fill: 'embedding',
    factor: options.embeddingFactor ?? 1,
  };
  return [embedding, norm('output_norm', width), ...(options.head ? [matrix('output', width, vocabulary)] : [])];
}

/** The same tensors for each layer. */
export function layers(count: number, layer: (block: string, at: number) => readonly TensorPlan[]): TensorPlan[] {
  return Array.from({ length: count }, (_, at) => layer(`blk.${at}`, at)).flat();
}

/** Queries, keys, values and output with the norm in front. */
export function attention(block: string, shape: AttentionShape, options: { biases?: boolean } = {}): TensorPlan[] {
  const { width, heads, keyValueHeads, headWidth } = shape;
  const [query, keyValue] = [heads * headWidth, keyValueHeads * headWidth];
  return [
    norm(`${block}.attn_norm`, width),
    matrix(`${block}.attn_q`, width, query),
    matrix(`${block}.attn_k`, width, keyValue),
    matrix(`${block}.attn_v`, width, keyValue),
    ...(options.biases
      ? [bias(`${block}.attn_q`, query), bias(`${block}.attn_k`, keyValue), bias(`${block}.attn_v`, keyValue)]
      : []),
    matrix(`${block}.attn_output`, query, width),
  ];
}

/** Attention whose queries, keys and values are one matrix. */
export function fusedAttention(block: string, shape: AttentionShape): TensorPlan[] {
  const { width, heads, keyValueHeads, headWidth } = shape;
  return [
    norm(`${block}.attn_norm`, width),
    matrix(`${block}.attn_qkv`, width, (heads + 2 * keyValueHeads) * headWidth),
    matrix(`${block}.attn_output`, heads * headWidth, width),
  ];
}

/** Norms over each head's queries and keys. */
export function headNorms(block: string, headWidth: number): TensorPlan[] {
  return [norm(`${block}.attn_q_norm`, headWidth), norm(`${block}.attn_k_norm`, headWidth)];
}

/** The usual feed-forward layer: gate, up, down, with the norm in front. */
export function gatedFeedForward(block: string, width: number, hidden: number): TensorPlan[] {
  return [
    norm(`${block}.ffn_norm`, width),
    matrix(`${block}.ffn_gate`, width, hidden),
    matrix(`${block}.ffn_up`, width, hidden),
    matrix(`${block}.ffn_down`, hidden, width),
  ];
}

/** A router and its experts. `gate` is false where experts have no gate matrix. */
export function experts(
  block: string,
  width: number,
  sizes: { count: number; hidden: number },
  options: { gate?: boolean } = {},
): TensorPlan[] {
  const { count, hidden } = sizes;
  return [
    // Routers stay f32 in quantized files. Large values make their choices clear.
    { ...matrix(`${block}.ffn_gate_inp`, width, count), fill: 'filter' },
    ...(options.gate === false ? [] : [matrix(`${block}.ffn_gate_exps`, width, hidden, count)]),
    matrix(`${block}.ffn_up_exps`, width, hidden, count),
    matrix(`${block}.ffn_down_exps`, hidden, width, count),
  ];
}

/** The expert that every token passes, beside the routed ones. */
export function sharedExpert(
  block: string,
  width: number,
  hidden: number,
  options: { gate?: boolean } = {},
): TensorPlan[] {
  return [
    ...(options.gate === false ? [] : [matrix(`${block}.ffn_gate_shexp`, width, hidden)]),
    matrix(`${block}.ffn_up_shexp`, width, hidden),
    matrix(`${block}.ffn_down_shexp`, hidden, width),
  ];
}
