export interface JsonBounds {
  readonly maxDepth: number;
  readonly maxValues: number;
}

export type JsonFault =
  | { readonly kind: 'too_deep' }
  | { readonly kind: 'too_many_values' }
  | { readonly kind: 'duplicate_key'; readonly key: string };

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openObject = 0x7b;
const closeObject = 0x7d;
const openArray = 0x5b;
const closeArray = 0x5d;

/**
 * Looks over JSON text before it is parsed, without recursion and in one pass: nesting, number of values and
 * duplicate keys, none of which `JSON.parse` bounds or reports. It does not validate; broken text passes and
 * is left to the parser.
 */
export function scanJson(text: string, { maxDepth, maxValues }: JsonBounds): JsonFault | undefined {
  // One entry per open container: the keys seen so far in an object, null in an array.
  const open: (Set<string> | null)[] = [];
  let keys: Set<string> | null = null;
  let expectsKey = false;
  let values = 1;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case quote: {
        const end = closingQuote(text, at + 1);
        if (end < 0) return undefined;
        if (expectsKey && keys) {
          const key = decodeKey(text.slice(at, end + 1));
          if (keys.has(key)) return { kind: 'duplicate_key', key };
          keys.add(key);
          expectsKey = false;
        }
        at = end;
        break;
      }
      case comma:
        expectsKey = keys !== null;
        if (++values > maxValues) return { kind: 'too_many_values' };
        break;
      case openObject:
      case openArray:
        if (open.length >= maxDepth) return { kind: 'too_deep' };
        // A container counts too, so that `[[[],[]],…]` cannot hide values from the comma count.
        if (++values > maxValues) return { kind: 'too_many_values' };
        keys = text.charCodeAt(at) === openObject ? new Set() : null;
        open.push(keys);
        expectsKey = keys !== null;
        break;
      case closeObject:
      case closeArray:
        open.pop();
        keys = open.at(-1) ?? null;
        expectsKey = false;
        break;
    }
  }
  return undefined;
}

/** Where the string that begins before `from` ends; −1 when it does not. `indexOf` makes long strings cheap. */
export function closingQuote(text: string, from: number): number {
  for (let end = text.indexOf('"', from); end >= 0; end = text.indexOf('"', end + 1)) {
    let escapes = 0;
    while (end - escapes - 1 >= from && text.charCodeAt(end - escapes - 1) === backslash) escapes++;
    if (escapes % 2 === 0) return end;
  }
  return -1;
}

function decodeKey(quoted: string): string {
  if (!quoted.includes('\\')) return quoted.slice(1, -1);
  try {
    return String(JSON.parse(quoted));
  } catch {
    return quoted;
  }
}
