import { u32 } from './metadata.ts';
import { bias, matrix, norm, type TensorPlan } from './tensor-plan.ts';
import type { Metadata } from './write-gguf.ts';

/** Sizes of a Mamba-2 layer. */
export interface MambaShape {
  readonly width: number;
  /** Values inside the layer: twice the width, as llama.cpp requires for some families. */
  readonly inner: number;
  readonly heads: number;
  readonly groups: number;
  readonly state: number;
  readonly kernel: number;
}

export const tinyMamba: MambaShape = { width: 64, inner: 128, heads: 4, groups: 1, state: 32, kernel: 4 };

/** The keys that describe Mamba-2 layers. */
export function mambaKeys({ inner, heads, groups, state, kernel }: MambaShape): Metadata {
  return {
    'ssm.conv_kernel': u32(kernel),
    'ssm.inner_size': u32(inner),
    'ssm.state_size': u32(state),
    'ssm.time_step_rank': u32(heads),
    'ssm.group_count': u32(groups),
  };
}

/** A Mamba-2 layer with the norm in front. */
export function mamba(block: string, { width, inner, heads, groups, state, kernel }: MambaShape): TensorPlan[] {
  const convolved = inner + 2 * groups * state;
  return [
    norm(`${block}.attn_norm`, width),
    matrix(`${block}.ssm_in`, width, inner + convolved + heads),
    { name: `${block}.ssm_conv1d.weight`, shape: [kernel, convolved], fill: 'filter' },
    bias(`${block}.ssm_conv1d`, convolved),
    { name: `${block}.ssm_dt.bias`, shape: [heads], fill: 'step' },
    // These two have no suffix.
    { name: `${block}.ssm_a`, shape: [1, heads], fill: 'decay' },
    { name: `${block}.ssm_d`, shape: [1, heads], fill: 'norm' },
    { name: `${block}.ssm_norm.weight`, shape: [inner / groups, groups], fill: 'norm' },
    matrix(`${block}.ssm_out`, inner, width),
  ];
}
