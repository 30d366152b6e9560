import { readFileSync } from 'node:fs';
import { freemem } from 'node:os';
import type { KeyValueType } from '../api/internal/engine-host.ts';
import { ManifoldError } from '../errors.ts';
import type { GgufHeader, GgufValue } from './gguf-header.ts';

/** Bytes a model needs, by purpose. */
export interface MemoryEstimate {
  readonly weights: number;
  readonly keyValueCache: number;
  readonly compute: number;
}

export function totalOf({ weights, keyValueCache, compute }: MemoryEstimate): number {
  return weights + keyValueCache + compute;
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

/** Estimates the memory of a model with `cells` cells of key-value cache and micro-batches of `microBatch`. */
export function estimateMemory(
  header: GgufHeader,
  cells: number,
  microBatch: number,
  kvType: KeyValueType = 'f16',
): MemoryEstimate {
  const read = (key: string) => numberOf(header.metadata.get(`${header.architecture}.${key}`));
  const layers = read('block_count') ?? 32;
  const width = read('embedding_length') ?? 4096;
  const heads = read('attention.head_count') ?? 32;
  const headWidth = width / Math.max(1, heads);
  const keyWidth = read('attention.key_length') ?? headWidth;
  const valueWidth = read('attention.value_length') ?? headWidth;
  const vocabulary = lengthOf(header.metadata.get('tokenizer.ggml.tokens')) ?? read('vocab_size') ?? 32_000;
  const weights = header.fileBytes;
  const keyValueCache = keyValueHeads(header, layers, heads) * cells * (keyWidth + valueWidth) * bytesPerValue[kvType];
  const compute = microBatch * (vocabulary + 16 * width) * 4 + (64 << 20);
  return { weights, keyValueCache, compute };
}

/** Key-value heads of all layers together. Hybrid models list them by layer, with 0 where a layer has a state instead. */
function keyValueHeads(header: GgufHeader, layers: number, heads: number): number {
  const value = header.metadata.get(`${header.architecture}.attention.head_count_kv`);
  if (typeof value === 'object' && value.sum !== undefined) return value.sum;
  return layers * (numberOf(value) ?? heads);
}

/** Refuses a load that would not fit, before anything is allocated: an absurd context fails slowly otherwise. */
export function requireMemory(estimate: MemoryEstimate, available = availableMemory()): void {
  const total = totalOf(estimate);
  if (total <= available) return;
  throw new ManifoldError(
    'insufficient_memory',
    `The model needs about ${gib(total)} (weights ${gib(estimate.weights)}, context ` +
      `${gib(estimate.keyValueCache)}) and ${gib(available)} are available; lower --context or --slots, or choose a smaller model.`,
  );
}

/** Bytes this process may still use: what the kernel calls available, within the container's limit. */
export function availableMemory(): number {
  const constrained = process.constrainedMemory();
  const free = kernelAvailable() ?? freemem();
  return constrained > 0 && constrained < 2 ** 53 ? Math.min(free, process.availableMemory()) : free;
}

function kernelAvailable(): number | undefined {
  try {
    const kilobytes = /^MemAvailable:\s+(\d+) kB/m.exec(readFileSync('/proc/meminfo', 'utf8'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

function numberOf(value: GgufValue | undefined): number | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return Number(value);
  return typeof value === 'object' ? numberOf(value.first) : undefined;
}

function lengthOf(value: GgufValue | undefined): number | undefined {
  return typeof value === 'object' ? value.length : undefined;
}

function gib(bytes: number): string {
  return `${(bytes / 2 ** 30).toFixed(bytes < 2 ** 30 ? 2 : 1)} GiB`;
}
