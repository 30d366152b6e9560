/** A way of storing a tensor's values: one float each, or blocks of 32 that share a 16-bit scale. */
export type TensorType = 'f32' | 'q8_0' | 'q4_0';

/** ggml's number of the type, and the size of its blocks. */
export const tensorTypes = {
  f32: { id: 0, blockValues: 1, blockBytes: 4 },
  q8_0: { id: 8, blockValues: 32, blockBytes: 34 },
  q4_0: { id: 2, blockValues: 32, blockBytes: 18 },
} as const;

/** The bytes of values in a storage type; a row of a quantized type must hold whole blocks. */
export function encodeTensor(type: TensorType, values: Float32Array): Uint8Array {
  if (type === 'f32') return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
  const { blockValues, blockBytes } = tensorTypes[type];
  const bytes = new Uint8Array((values.length / blockValues) * blockBytes);
  const view = new DataView(bytes.buffer);
  const encodeBlock = type === 'q8_0' ? encodeEightBits : encodeFourBits;
  for (let block = 0; block * blockValues < values.length; block++) {
    encodeBlock(values, block * blockValues, view, block * blockBytes);
  }
  return bytes;
}

/** The scale maps the largest magnitude to 127; the 32 values follow as signed bytes. */
function encodeEightBits(values: Float32Array, from: number, view: DataView, at: number): void {
  const scale = Math.abs(extreme(values, from)) / 127;
  const inverse = scale === 0 ? 0 : 1 / scale;
  writeHalf(view, at, scale);
  for (let i = 0; i < 32; i++) view.setInt8(at + 2 + i, Math.round((values[from + i] ?? 0) * inverse));
}

/** The scale maps the extreme value to -8; byte i holds value i in its low half and value i + 16 in its high half. */
function encodeFourBits(values: Float32Array, from: number, view: DataView, at: number): void {
  const scale = extreme(values, from) / -8;
  const inverse = scale === 0 ? 0 : 1 / scale;
  const level = (index: number) => Math.min(15, Math.trunc((values[index] ?? 0) * inverse + 8.5));
  writeHalf(view, at, scale);
  for (let i = 0; i < 16; i++) view.setUint8(at + 2 + i, level(from + i) | (level(from + i + 16) << 4));
}

/** The value of a block that is furthest from zero, with its sign. */
function extreme(values: Float32Array, from: number): number {
  let found = 0;
  for (let i = from; i < from + 32; i++) {
    const value = values[i] ?? 0;
    if (Math.abs(value) > Math.abs(found)) found = value;
  }
  return found;
}

/** Writes a 16-bit float, rounded to nearest; scales here are far from its largest value. */
function writeHalf(view: DataView, at: number, value: number): void {
  const sign = value < 0 ? 0x8000 : 0;
  const magnitude = Math.abs(value);
  // Below 2^-14 halves have a fixed step of 2^-24; above, eleven significant bits.
  const exponent = magnitude < 2 ** -14 ? -14 : Math.floor(Math.log2(magnitude));
  const mantissa = Math.round(magnitude * 2 ** (10 - exponent));
  view.setUint16(at, sign | (magnitude < 2 ** -14 ? mantissa : ((exponent + 14) << 10) + mantissa), true);
}
