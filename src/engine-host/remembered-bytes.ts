import type { HostOptions, KeyValueType } from '../api/internal/engine-host.ts';
import { numberOf, numbersOf, ofArchitecture, type GgufHeader } from './gguf-header.ts';

/** What decides how much memory a context takes. */
export interface ContextShape {
  /** Tokens that all sequences hold together. */
  readonly cells: number;
  readonly sequences: number;
  /** One pool of cells for all sequences; otherwise each has an equal part of its own. */
  readonly sharesCells: boolean;
  /** Tokens one sequence may hold. */
  readonly contextLength: number;
  /** Tokens of one batch. */
  readonly batchTokens: number;
  readonly kvType?: KeyValueType;
  readonly flashAttention?: HostOptions['flashAttention'];
}

/** Bytes per value of the key-value cache: blocks of 32 values with their scales. */
const bytesPerValue: Record<KeyValueType, number> = {
  f32: 4,
  f16: 2,
  bf16: 2,
  q8_0: 34 / 32,
  q5_1: 24 / 32,
  q5_0: 22 / 32,
  q4_1: 20 / 32,
  q4_0: 18 / 32,
};

/** Cells come in blocks of so many, for each sequence where they have cells of their own. */
const cellBlock = 256;

/** Architectures that keep nothing but states, whatever heads their files name. */
const stateOnly = /^(mamba2?|rwkv\w*|arwkv7)$/;
/** Those whose layers all have keys and values, and a state as well. */
const bothInEachLayer = new Set(['falcon-h1']);
/** Those with layers of their own for what comes after attention, which have neither. */
const separateFeedForward = /^nemotron_h/;

/**
 * Bytes of what a model remembers of its sequences: keys and values for each cell, and a state for each sequence in
 * layers that have one. Layers with a sliding window keep as many cells as the others, so that beginnings can be used
 * again.
 */
export function rememberedBytes(
  header: GgufHeader,
  { cells, sequences, sharesCells, kvType = 'f16' }: ContextShape,
): number {
  const pools = sharesCells ? 1 : sequences;
  const rounded = Math.ceil(cells / pools / cellBlock) * cellBlock * pools;
  return rounded * valuesPerCell(header) * bytesPerValue[kvType] + sequences * statesPerSequence(header) * 4;
}

/** Whether anything is kept for each token; models with nothing but states keep none. */
export function keepsCells(header: GgufHeader): boolean {
  return valuesPerCell(header) > 0;
}

/** Of keys and values, all layers together. */
function valuesPerCell(header: GgufHeader): number {
  if (stateOnly.test(header.architecture)) return 0;
  const read = (key: string) => numberOf(ofArchitecture(header, key));
  const heads = read('attention.head_count') ?? 32;
  const headWidth = (read('embedding_length') ?? 4096) / Math.max(1, heads);
  const keyWidth = read('attention.key_length') ?? headWidth;
  const valueWidth = read('attention.value_length') ?? headWidth;
  // Latent attention keeps one vector for keys and values together.
  const isLatent = read('attention.key_length_mla') !== undefined;
  return keyValueHeads(header, heads) * (isLatent ? keyWidth : keyWidth + valueWidth);
}

/** Key-value heads of all layers together. Hybrid models list them by layer, with 0 where a layer has a state instead. */
function keyValueHeads(header: GgufHeader, heads: number): number {
  const given = ofArchitecture(header, 'attention.head_count_kv');
  const byLayer = numbersOf(given);
  if (byLayer) return byLayer.reduce((sum, each) => sum + each, 0);
  const interval = numberOf(ofArchitecture(header, 'full_attention_interval'));
  const layers = layersOf(header);
  return (interval === undefined ? layers : Math.floor(layers / interval)) * (numberOf(given) ?? heads);
}

function statesPerSequence(header: GgufHeader): number {
  const read = (key: string) => numberOf(ofArchitecture(header, key)) ?? 0;
  const width = read('embedding_length');
  const [inner, state] = [read('ssm.inner_size'), read('ssm.state_size')];
  const convolved = Math.max(0, read('ssm.conv_kernel') - 1) * (inner + 2 * read('ssm.group_count') * state);
  const shortConvolution = Math.max(0, read('shortconv.l_cache') - 1) * width;
  const headSize = read('wkv.head_size');
  const shifted = headSize > 0 ? (read('token_shift_count') || 2) * width + width * headSize : 0;
  const perLayer = convolved + state * inner + shortConvolution + shifted;
  return perLayer === 0 ? 0 : perLayer * layersWithState(header);
}

function layersWithState(header: GgufHeader): number {
  const layers = layersOf(header);
  if (stateOnly.test(header.architecture) || bothInEachLayer.has(header.architecture)) return layers;
  const heads = numbersOf(ofArchitecture(header, 'attention.head_count_kv'));
  const hidden = separateFeedForward.test(header.architecture)
    ? numbersOf(ofArchitecture(header, 'feed_forward_length'))
    : undefined;
  if (heads) return heads.filter((each, at) => each === 0 && (hidden?.[at] ?? 0) === 0).length;
  const interval = numberOf(ofArchitecture(header, 'full_attention_interval'));
  return interval === undefined ? layers : layers - Math.floor(layers / interval);
}

function layersOf(header: GgufHeader): number {
  return numberOf(ofArchitecture(header, 'block_count')) ?? 32;
}
