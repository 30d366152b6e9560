const named: Readonly<Record<string, string>> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/** A text as a string of GBNF. Control characters are escaped, since a bare newline would end the rule. */
export function literal(text: string): string {
  return `"${text.replaceAll(/["\\]|\p{Cc}/gu, (c) => named[c] ?? hex(c))}"`;
}

function hex(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
}
