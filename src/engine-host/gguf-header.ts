import { closeSync, fstatSync, openSync } from 'node:fs';
import { ManifoldError } from '../errors.ts';
import { FileReader } from './file-reader.ts';

export type GgufValue =
  | number
  | bigint
  | boolean
  | string
  | {
      readonly length: number;
      readonly first: GgufValue | undefined;
      /** Of a short array of numbers, such as one per layer. */
      readonly numbers?: readonly number[];
    };

/** A tensor of two dimensions or more. */
export interface Matrix {
  readonly name: string;
  /** By ggml's number. */
  readonly type: number;
  readonly bytes: number;
  readonly rows: number;
  readonly dimensions: number;
}

export interface GgufHeader {
  readonly metadata: ReadonlyMap<string, GgufValue>;
  readonly tensorCount: number;
  readonly fileBytes: number;
  readonly architecture: string;
  /** Absent in headers that no file was read for. */
  readonly matrices?: readonly Matrix[];
}

/** Elements per block and bytes per block of the tensor types, from ggml.h; others are not size-checked. */
const tensorTypes = new Map<number, readonly [elements: number, bytes: number]>([
  [0, [1, 4]],
  [1, [1, 2]],
  [2, [32, 18]],
  [3, [32, 20]],
  [6, [32, 22]],
  [7, [32, 24]],
  [8, [32, 34]],
  [9, [32, 36]],
  [10, [256, 84]],
  [11, [256, 110]],
  [12, [256, 144]],
  [13, [256, 176]],
  [14, [256, 210]],
  [15, [256, 292]],
  [16, [256, 66]],
  [17, [256, 74]],
  [18, [256, 98]],
  [19, [256, 50]],
  [20, [32, 18]],
  [21, [256, 110]],
  [22, [256, 82]],
  [23, [256, 136]],
  [24, [1, 1]],
  [25, [1, 2]],
  [26, [1, 4]],
  [27, [1, 8]],
  [28, [1, 8]],
  [29, [256, 56]],
  [30, [1, 2]],
  [34, [256, 54]],
  [35, [256, 66]],
  [39, [32, 17]],
]);

/**
 * Reads and checks the header of a GGUF file before native code sees it: magic, version, counts and string
 * lengths against the file's size, and that every tensor lies inside the file. A crafted or truncated file
 * becomes `model_file_invalid` here and not a crash there.
 *
 * Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
export function readGgufHeader(path: string): GgufHeader {
  const { metadata, tensorCount, ...rest } = readAnyHeader(path);
  const architecture = metadata.get('general.architecture');
  const part = numberOf(metadata.get('split.no')) ?? 0;
  if (part > 0) throw invalid(path, `is part ${part + 1} of a divided model; name its first part`);
  if (typeof architecture !== 'string') throw invalid(path, 'names no architecture');
  // The first part of a divided file may leave all weights to the others.
  if (tensorCount === 0 && !metadata.has('split.count')) throw invalid(path, 'holds a vocabulary but no weights');
  return { metadata, tensorCount, architecture, ...rest };
}

/** The same of a further part of a divided file, which need not say what it is a part of. */
export function readPartHeader(path: string): Pick<GgufHeader, 'fileBytes'> & { readonly matrices: readonly Matrix[] } {
  return readAnyHeader(path);
}

function readAnyHeader(path: string) {
  const file = open(path);
  try {
    const fileBytes = fstatSync(file).size;
    const reader = new FileReader(file, fileBytes);
    try {
      return parse(reader, fileBytes);
    } catch (cause) {
      if (cause instanceof ManifoldError) throw cause;
      throw invalid(path, cause instanceof RangeError ? cause.message : 'is damaged', cause);
    }
  } finally {
    closeSync(file);
  }

  function parse(reader: FileReader, fileBytes: number) {
    if (reader.text(4) !== 'GGUF') throw invalid(path, 'is not a GGUF file');
    const version = reader.u32();
    if (version !== 2 && version !== 3) throw invalid(path, `has GGUF version ${version}, which is not supported`);
    const tensorCount = reader.count(1_000_000, 'tensors');
    const entries = reader.count(100_000, 'metadata entries');
    const metadata = new Map<string, GgufValue>();
    for (let i = 0; i < entries; i++) metadata.set(reader.string(), value(reader, reader.u32(), 0));
    const alignment = Number(metadata.get('general.alignment') ?? 32);
    const matrices = readTensors(reader, tensorCount, alignment, fileBytes);
    return { metadata, tensorCount, fileBytes, matrices };
  }
}

/** What a text of the metadata says; null when there is none of that name. */
export function textOf({ metadata }: GgufHeader, key: string): string | null {
  const found = metadata.get(key);
  return typeof found === 'string' ? found : null;
}

/** What the metadata say under a key that is the architecture's own: `block_count`. */
export function ofArchitecture(
  { metadata, architecture }: Pick<GgufHeader, 'metadata' | 'architecture'>,
  key: string,
): GgufValue | undefined {
  return metadata.get(`${architecture}.${key}`);
}

/** A number, or the first of several. */
export function numberOf(entry: GgufValue | undefined): number | undefined {
  if (typeof entry === 'number' || typeof entry === 'bigint') return Number(entry);
  return typeof entry === 'object' ? numberOf(entry.first) : undefined;
}

/** All of a short array of numbers; undefined for anything else. */
export function numbersOf(entry: GgufValue | undefined): readonly number[] | undefined {
  return typeof entry === 'object' ? entry.numbers : undefined;
}

export function lengthOf(entry: GgufValue | undefined): number | undefined {
  return typeof entry === 'object' ? entry.length : undefined;
}

/** Layers of a model, without its output layer. */
export function layersOf(header: GgufHeader): number {
  return numberOf(ofArchitecture(header, 'block_count')) ?? 0;
}

function open(path: string): number {
  try {
    const file = openSync(path, 'r');
    if (fstatSync(file).isFile()) return file;
    closeSync(file);
  } catch (cause) {
    throw new ManifoldError('model_file_missing', `The model file ${path} cannot be opened; check --model.`, { cause });
  }
  throw invalid(path, 'is not a regular file');
}

function value(reader: FileReader, type: number, depth: number): GgufValue {
  switch (type) {
    case 0:
      return reader.u8();
    case 1:
      return (reader.u8() << 24) >> 24;
    case 2:
      return reader.u16();
    case 3:
      return (reader.u16() << 16) >> 16;
    case 4:
      return reader.u32();
    case 5:
      return reader.u32() | 0;
    case 6:
      return reader.f32();
    case 7:
      return reader.u8() !== 0;
    case 8:
      return reader.string();
    case 9:
      return array(reader, depth);
    case 10:
      return reader.u64();
    case 11:
      return BigInt.asIntN(64, reader.u64());
    case 12:
      return reader.f64();
    default:
      throw new RangeError(`holds a metadata value of unknown type ${type}`);
  }
}

/** Arrays of numbers up to this length are kept: there are no more layers than that. */
const keptLength = 4096;

/** Arrays (vocabularies, mostly) are walked, not kept: only what is asked of them later is. */
function array(reader: FileReader, depth: number): GgufValue {
  if (depth > 1) throw new RangeError('nests metadata arrays too deep');
  const type = reader.u32();
  const length = reader.count(100_000_000, 'array elements');
  const width = [1, 1, 2, 2, 4, 4, 4, 1, 0, 0, 8, 8, 8][type] ?? 0;
  let first: GgufValue | undefined;
  const numbers: number[] = [];
  for (let i = 0; i < length; i++) {
    if (i === 1 && width > 0 && length > keptLength) {
      reader.skip((length - 1) * width);
      break;
    }
    const element = value(reader, type, depth + 1);
    first ??= element;
    if (length <= keptLength && (typeof element === 'number' || typeof element === 'bigint'))
      numbers.push(Number(element));
  }
  return numbers.length === length ? { length, first, numbers } : { length, first };
}

/** Checks that every tensor lies inside the file; answers what there is of matrices. */
function readTensors(reader: FileReader, count: number, alignment: number, fileBytes: number): Matrix[] {
  if (!(alignment > 0 && alignment <= 65536)) throw new RangeError(`has an impossible alignment of ${alignment}`);
  const ends: bigint[] = [];
  const matrices: Matrix[] = [];
  for (let i = 0; i < count; i++) {
    const name = reader.string();
    const dimensions = reader.u32();
    if (dimensions > 8) throw new RangeError(`gives tensor ${name} ${dimensions} dimensions`);
    let elements = 1n;
    const sizes: bigint[] = [];
    for (let d = 0; d < dimensions; d++) sizes.push(reader.u64());
    for (const size of sizes) elements *= size;
    const type = reader.u32();
    const block = tensorTypes.get(type);
    const bytes = block ? (elements / BigInt(block[0])) * BigInt(block[1]) : 1n;
    ends.push(reader.u64() + bytes);
    if (dimensions > 1) matrices.push({ name, type, bytes: Number(bytes), rows: Number(sizes[1]), dimensions });
  }
  const start = BigInt(Math.ceil(reader.position / alignment) * alignment);
  const needed = ends.reduce((most, end) => (end > most ? end : most), 0n) + start;
  if (needed > BigInt(fileBytes)) {
    throw new RangeError(`is truncated: its tensors need ${needed} bytes and it has ${fileBytes}`);
  }
  return matrices;
}

function invalid(path: string, what: string, cause?: unknown): ManifoldError {
  return new ManifoldError('model_file_invalid', `The model file ${path} ${what}.`, { cause });
}
