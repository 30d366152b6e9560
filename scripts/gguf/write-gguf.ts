/** Writes GGUF version 3 files: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */

import { closeSync, openSync, writeFileSync } from 'node:fs';
import { encodeTensor, tensorTypes, type TensorType } from './tensor-types.ts';

export type MetadataValue =
  | { readonly type: 'u16' | 'u32' | 'i32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'i32s' | 'f32s'; readonly value: readonly number[] };

export type Metadata = Readonly<Record<string, MetadataValue>>;

export interface Tensor {
  readonly name: string;
  /** Innermost dimension first, as ggml counts. */
  readonly shape: readonly number[];
  /** How the values are stored; f32 when absent. */
  readonly type?: TensorType;
  /** The values in order: at once, or in pieces of whole rows that need not exist before they are written. */
  readonly data: Float32Array | Iterable<Float32Array>;
}

const typeIds = { u16: 2, u32: 4, i32: 5, f32: 6, bool: 7, string: 8, strings: 9, i32s: 9, f32s: 9 } as const;
const alignment = 32;

/** The bytes of a model file. */
export function writeGguf(metadata: Metadata, tensors: readonly Tensor[]): Buffer {
  return Buffer.concat([...pieces(metadata, tensors)]);
}

/** Writes a model file piece by piece, so that it may be larger than memory. */
export function writeGgufFile(path: string, metadata: Metadata, tensors: readonly Tensor[]): void {
  const file = openSync(path, 'w');
  try {
    for (const piece of pieces(metadata, tensors)) writeFileSync(file, piece);
  } finally {
    closeSync(file);
  }
}

function* pieces(metadata: Metadata, tensors: readonly Tensor[]): Generator<Uint8Array> {
  const head: Buffer[] = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(Object.keys(metadata).length)];
  for (const [key, entry] of Object.entries(metadata)) head.push(text(key), u32(typeIds[entry.type]), encode(entry));
  let offset = 0;
  for (const tensor of tensors) {
    const { id } = tensorTypes[tensor.type ?? 'f32'];
    head.push(text(tensor.name), u32(tensor.shape.length), ...tensor.shape.map(u64), u32(id), u64(offset));
    offset += padded(byteLength(tensor));
  }
  const header = Buffer.concat(head);
  yield header;
  yield padding(header.length);
  for (const tensor of tensors) {
    const { name, type = 'f32', data } = tensor;
    let written = 0;
    for (const values of data instanceof Float32Array ? [data] : data) {
      const bytes = encodeTensor(type, values);
      written += bytes.length;
      yield bytes;
    }
    if (written !== byteLength(tensor)) throw new RangeError(`Tensor ${name} does not fill its shape.`);
    yield padding(written);
  }
}

function byteLength({ shape, type = 'f32' }: Tensor): number {
  const { blockValues, blockBytes } = tensorTypes[type];
  return (shape.reduce((product, dimension) => product * dimension, 1) / blockValues) * blockBytes;
}

function encode(entry: MetadataValue): Buffer {
  switch (entry.type) {
    case 'u16':
      return u32(entry.value).subarray(0, 2);
    case 'u32':
      return u32(entry.value);
    case 'i32':
      return i32(entry.value);
    case 'f32':
      return f32(entry.value);
    case 'bool':
      return Buffer.from([entry.value ? 1 : 0]);
    case 'string':
      return text(entry.value);
    case 'strings':
      return Buffer.concat([u32(typeIds.string), u64(entry.value.length), ...entry.value.map(text)]);
    case 'i32s':
      return Buffer.concat([u32(typeIds.i32), u64(entry.value.length), ...entry.value.map(i32)]);
    case 'f32s':
      return Buffer.concat([u32(typeIds.f32), u64(entry.value.length), ...entry.value.map(f32)]);
    default:
      return entry satisfies never;
  }
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function i32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeInt32LE(value);
  return bytes;
}

function f32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeFloatLE(value);
  return bytes;
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt(value));
  return bytes;
}

function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return Buffer.concat([u64(bytes.length), bytes]);
}

function padded(length: number): number {
  return Math.ceil(length / alignment) * alignment;
}

function padding(length: number): Buffer {
  return Buffer.alloc(padded(length) - length);
}
