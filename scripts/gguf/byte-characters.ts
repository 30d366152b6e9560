/**
 * The characters that byte-level tokenizers (GPT-2's scheme) write for each byte: printable bytes stand for
 * themselves, the others are shifted beyond U+0100.
 */
export function byteCharacters(): string[] {
  const isPrintable = (byte: number) =>
    (byte >= 0x21 && byte <= 0x7e) || (byte >= 0xa1 && byte <= 0xac) || (byte >= 0xae && byte <= 0xff);
  let shifted = 0;
  return Array.from({ length: 256 }, (_, byte) => String.fromCodePoint(isPrintable(byte) ? byte : 0x100 + shifted++));
}
