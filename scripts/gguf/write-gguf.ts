/** Writes GGUF version 3 files: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md */

export type MetadataValue =
  | { readonly type: 'u32' | 'i32' | 'f32'; readonly value: number }
  | { readonly type: 'bool'; readonly value: boolean }
  | { readonly type: 'string'; readonly value: string }
  | { readonly type: 'strings'; readonly value: readonly string[] }
  | { readonly type: 'i32s'; readonly value: readonly number[] };

export interface Tensor {
  readonly name: string;
  /** Innermost dimension first, as ggml counts. */
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

const typeIds = { u32: 4, i32: 5, f32: 6, bool: 7, string: 8, strings: 9, i32s: 9 } as const;
const alignment = 32;

/** The bytes of a model file with f32 tensors. */
export function writeGguf(metadata: Readonly<Record<string, MetadataValue>>, tensors: readonly Tensor[]): Buffer {
  const head: Buffer[] = [Buffer.from('GGUF'), u32(3), u64(tensors.length), u64(Object.keys(metadata).length)];
  for (const [key, entry] of Object.entries(metadata)) head.push(text(key), u32(typeIds[entry.type]), encode(entry));
  let offset = 0;
  for (const { name, shape, data } of tensors) {
    head.push(text(name), u32(shape.length), ...shape.map(u64), u32(0), u64(offset));
    offset += padded(data.byteLength);
  }
  const header = Buffer.concat(head);
  const body = tensors.map(({ data }) => {
    const bytes = Buffer.alloc(padded(data.byteLength));
    Buffer.from(data.buffer, data.byteOffset, data.byteLength).copy(bytes);
    return bytes;
  });
  return Buffer.concat([header, Buffer.alloc(padded(header.length) - header.length), ...body]);
}

function encode(entry: MetadataValue): Buffer {
  switch (entry.type) {
    case 'u32':
      return u32(entry.value);
    case 'i32':
      return i32(entry.value);
    case 'f32': {
      const bytes = Buffer.alloc(4);
      bytes.writeFloatLE(entry.value);
      return bytes;
    }
    case 'bool':
      return Buffer.from([entry.value ? 1 : 0]);
    case 'string':
      return text(entry.value);
    case 'strings':
      return Buffer.concat([u32(typeIds.string), u64(entry.value.length), ...entry.value.map(text)]);
    case 'i32s':
      return Buffer.concat([u32(typeIds.i32), u64(entry.value.length), ...entry.value.map(i32)]);
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
