/**
 * The text with what a terminal obeys made visible (`\u{1b}`): controls, ends of lines, and marks that turn the direction
 * of what follows. Nothing that somebody else wrote can then speak to the terminal, or pass for a line of its own.
 */
export function showControls(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (mark) => `\\u{${mark.codePointAt(0)?.toString(16) ?? ''}}`);
}
