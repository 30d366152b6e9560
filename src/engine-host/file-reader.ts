import { readSync } from 'node:fs';

const windowBytes = 1 << 20;

/** Reads little-endian values from a file in order, and throws RangeError before it would read past the end. */
export class FileReader {
  position = 0;
  readonly #file: number;
  readonly #size: number;
  #window = Buffer.alloc(0);
  #windowStart = 0;

  constructor(file: number, size: number) {
    this.#file = file;
    this.#size = size;
  }

  u8(): number {
    return this.#take(1).readUInt8();
  }

  u16(): number {
    return this.#take(2).readUInt16LE();
  }

  u32(): number {
    return this.#take(4).readUInt32LE();
  }

  u64(): bigint {
    return this.#take(8).readBigUInt64LE();
  }

  f32(): number {
    return this.#take(4).readFloatLE();
  }

  f64(): number {
    return this.#take(8).readDoubleLE();
  }

  text(length: number): string {
    return this.#take(length).toString('latin1');
  }

  /** A count that the rest of the file can hold at one byte each, and within `most`. */
  count(most: number, of: string): number {
    const count = this.u64();
    if (count > BigInt(Math.min(most, this.#size - this.position))) throw new RangeError(`claims ${count} ${of}`);
    return Number(count);
  }

  string(): string {
    const length = this.count(64 << 20, 'bytes of text');
    return this.#take(length).toString('utf8');
  }

  skip(bytes: number): void {
    if (this.position + bytes > this.#size) throw new RangeError('ends in the middle of its header');
    this.position += bytes;
  }

  #take(bytes: number): Buffer {
    if (this.position + bytes > this.#size) throw new RangeError('ends in the middle of its header');
    const inside = this.position - this.#windowStart;
    if (inside < 0 || inside + bytes > this.#window.length) {
      this.#window = Buffer.alloc(Math.min(Math.max(windowBytes, bytes), this.#size - this.position));
      this.#windowStart = this.position;
      const read = readSync(this.#file, this.#window, 0, this.#window.length, this.position);
      if (read < bytes) throw new RangeError('ends in the middle of its header');
    }
    const from = this.position - this.#windowStart;
    this.position += bytes;
    return this.#window.subarray(from, from + bytes);
  }
}
