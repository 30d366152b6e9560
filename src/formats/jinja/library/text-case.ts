/** First letter large, all others small. */
export function capitalize(text: string): string {
  const [first = ''] = text;
  return first.toUpperCase() + text.slice(first.length).toLowerCase();
}

/** Each run of letters capitalized, as Python's `str.title`. */
export function titleCase(text: string): string {
  return text.replaceAll(/\p{L}+/gu, capitalize);
}

/** Each word capitalized, where words stand between spaces, hyphens and opening brackets: Jinja's filter. */
export function titleWords(text: string): string {
  return text.replaceAll(/[^-\s({[<]+/g, capitalize);
}
