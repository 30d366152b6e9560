/** Letters of a token, on average. */
const lettersPerToken = 4;

/** About how many tokens a text has that nobody counted. */
export function estimatedTokens(text: string | readonly number[]): number {
  return typeof text === 'string' ? tokensOf(text.length) : text.length;
}

/** The same of a text by its length. */
export function tokensOf(letters: number): number {
  return Math.ceil(letters / lettersPerToken);
}
