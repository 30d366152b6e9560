import { ImageProblem } from '../image-problem.ts';

/** Numbers of a file by their place. Whatever lies behind the end is an `ImageProblem`, and never zero. */
export class ByteReader {
  readonly bytes: Uint8Array;
  readonly #view: DataView;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  get length(): number {
    return this.bytes.length;
  }

  u8(at: number): number {
    this.need(at, 1);
    return this.#view.getUint8(at);
  }

  u16be(at: number): number {
    this.need(at, 2);
    return this.#view.getUint16(at);
  }

  u16le(at: number): number {
    this.need(at, 2);
    return this.#view.getUint16(at, true);
  }

  u24le(at: number): number {
    this.need(at, 3);
    return this.#view.getUint16(at, true) + this.#view.getUint8(at + 2) * 0x1_00_00;
  }

  u32be(at: number): number {
    this.need(at, 4);
    return this.#view.getUint32(at);
  }

  u32le(at: number): number {
    this.need(at, 4);
    return this.#view.getUint32(at, true);
  }

  /** Whether these ASCII characters stand at a place. */
  says(at: number, text: string): boolean {
    if (at + text.length > this.length) return false;
    for (let index = 0; index < text.length; index++) {
      if (this.bytes[at + index] !== text.charCodeAt(index)) return false;
    }
    return true;
  }

  /** Throws where fewer bytes are left than a file says there are. */
  need(at: number, count: number): void {
    if (at + count > this.length) throw new ImageProblem('is cut off. Send the whole file');
  }
}
