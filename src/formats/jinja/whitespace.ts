/** White space as Python sees it. Loops, since expressions anchored at the end take quadratic time. */
const whitespace: ReadonlySet<string> = new Set(
  '\t\n\v\f\r\u001C\u001D\u001E\u001F \u0085\u00A0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200A\u2028\u2029\u202F\u205F\u3000',
);

const isWhitespace = (character: string): boolean => whitespace.has(character);

export type IsStripped = (character: string) => boolean;

/** How many characters of white space stand at a place. */
export function whitespaceRun(text: string, at: number): number {
  let end = at;
  while (end < text.length && isWhitespace(text.charAt(end))) end++;
  return end - at;
}

export function stripStart(text: string, isStripped: IsStripped = isWhitespace): string {
  let start = 0;
  while (start < text.length && isStripped(text.charAt(start))) start++;
  return text.slice(start);
}

export function stripEnd(text: string, isStripped: IsStripped = isWhitespace): string {
  let end = text.length;
  while (end > 0 && isStripped(text.charAt(end - 1))) end--;
  return text.slice(0, end);
}

export function strip(text: string, isStripped: IsStripped = isWhitespace): string {
  return stripStart(stripEnd(text, isStripped), isStripped);
}

/** The words between white space, at most so many; the rest stays one, with what it ends in. */
export function splitWords(text: string, most = Infinity): string[] {
  const words: string[] = [];
  let rest = stripStart(text);
  while (rest !== '' && words.length < most) {
    let end = 0;
    while (end < rest.length && !isWhitespace(rest.charAt(end))) end++;
    words.push(rest.slice(0, end));
    rest = stripStart(rest.slice(end));
  }
  if (rest !== '') words.push(rest);
  return words;
}
