const escapes: ReadonlyMap<string, string> = new Map([
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ["'", '&#39;'],
  ['"', '&#34;'],
]);

/** Text as HTML shows it, by the references that MarkupSafe uses. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>'"]/g, (character) => escapes.get(character) ?? character);
}
