/** Python counts code points where JavaScript counts units; most texts have no character where that differs. */
const surrogates = /[\uD800-\uDFFF]/;

/** The text as an array of its characters, or the text itself where its units are its characters. */
export function charactersOf(text: string): ArrayLike<string> {
  return surrogates.test(text) ? Array.from(text) : text;
}

export function lengthOf(text: string): number {
  return charactersOf(text).length;
}
