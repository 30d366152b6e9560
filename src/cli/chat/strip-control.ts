/**
 * Text from a model, safe to print: without the control characters that a terminal obeys (escape
 * sequences, cursor moves, title changes, bells). Line breaks and tabs stay.
 */
export function stripControl(text: string): string {
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  return text.replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}
