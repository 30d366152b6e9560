/**
 * Turns the bytes of successive tokens into text that never holds half a code point. A code point that is
 * not complete waits for its rest; bytes that can never become valid UTF-8 are dropped, so that no delta
 * holds a replacement character the model did not write (wire rule R06).
 */
export class Utf8Decoder {
  #pending: number[] = [];
  readonly #decoder = new TextDecoder('utf-8', { fatal: false, ignoreBOM: true });

  /** Whether the bytes so far end inside a code point. */
  get isPending(): boolean {
    return this.#pending.length > 0;
  }

  /** The text that became complete with these bytes. */
  push(bytes: Uint8Array): string {
    if (this.#pending.length === 0 && bytes.every((byte) => byte < 0x80)) return this.#decoder.decode(bytes);
    const complete: number[] = [];
    for (const byte of bytes) this.#take(byte, complete);
    return this.#decoder.decode(Uint8Array.from(complete));
  }

  #take(byte: number, complete: number[]): void {
    const pending = this.#pending;
    if (pending.length > 0) {
      if (continues(pending, byte)) {
        pending.push(byte);
        if (pending.length === sequenceLength(pending[0] ?? 0)) {
          complete.push(...pending);
          this.#pending = [];
        }
        return;
      }
      this.#pending = [];
    }
    const length = sequenceLength(byte);
    if (length === 1) complete.push(byte);
    else if (length > 1) this.#pending = [byte];
  }
}

/** Bytes in the sequence that this lead byte opens; 0 for a byte that opens none (RFC 3629 §4). */
function sequenceLength(lead: number): number {
  if (lead < 0x80) return 1;
  if (lead >= 0xc2 && lead <= 0xdf) return 2;
  if (lead >= 0xe0 && lead <= 0xef) return 3;
  return lead >= 0xf0 && lead <= 0xf4 ? 4 : 0;
}

/** Whether a byte may follow; the second byte excludes overlong forms, surrogates and values over U+10FFFF. */
function continues(pending: readonly number[], byte: number): boolean {
  if (byte < 0x80 || byte > 0xbf) return false;
  if (pending.length > 1) return true;
  switch (pending[0]) {
    case 0xe0:
      return byte >= 0xa0;
    case 0xed:
      return byte <= 0x9f;
    case 0xf0:
      return byte >= 0x90;
    case 0xf4:
      return byte <= 0x8f;
    default:
      return true;
  }
}
