import { overlap } from '../../lib/overlap.ts';
import type { Reading, TextSource } from './text-source.ts';

/**
 * Reads a string, after its opening quote, and hands on a JSON string. With a quote of one character escapes
 * count; other quotes are raw texts. Surrogates split between deltas stay split, which JSON permits.
 */
export function* transcodeString(
  source: TextSource,
  emit: (text: string) => void,
  quote: string,
): Reading<'complete' | 'failed' | 'cut'> {
  emit('"');
  const outcome =
    quote.length === 1 ? yield* transcodeEscaped(source, emit, quote) : yield* transcodeRaw(source, emit, quote);
  if (outcome === 'complete') emit('"');
  return outcome;
}

/** The inside of a JSON string that says `text`. */
export function escapeJson(text: string): string {
  return JSON.stringify(text).slice(1, -1);
}

function* transcodeEscaped(
  source: TextSource,
  emit: (text: string) => void,
  quote: string,
): Reading<'complete' | 'failed' | 'cut'> {
  const special = quote === '"' ? /["\\\p{Cc}]/gu : /["'\\\p{Cc}]/gu;
  for (;;) {
    if ((yield* source.peek()) === '') return ended(source);
    special.lastIndex = source.at;
    const at = special.exec(source.text)?.index ?? source.text.length;
    if (at > source.at) {
      emit(source.text.slice(source.at, at));
      source.at = at;
      continue;
    }
    const character = source.text.charAt(at);
    source.at++;
    if (character === quote) return 'complete';
    if (character === '\\') {
      const escape = yield* readEscape(source);
      if (escape === undefined) return ended(source);
      emit(escape);
    } else emit(escapeJson(character));
  }
}

/** An escape, after its backslash, as JSON knows it; nothing where it is cut. A backslash before anything else is meant literally. */
function* readEscape(source: TextSource): Reading<string | undefined> {
  const character = yield* source.peek();
  if (character === '') return undefined;
  if (/["\\/bfnrt]/.test(character)) {
    source.at++;
    return `\\${character}`;
  }
  if (character === "'") {
    source.at++;
    return "'";
  }
  if (character !== 'u') return '\\\\';
  while (source.unread < 5 && !source.end && /^u[\da-fA-F]*$/.test(source.text.slice(source.at))) yield;
  const code = source.text.slice(source.at, source.at + 5);
  if (source.end === 'cut' && code.length < 5 && /^u[\da-fA-F]*$/.test(code)) {
    source.at += code.length;
    return undefined;
  }
  if (!/^u[\da-fA-F]{4}$/.test(code)) return '\\\\';
  source.at += 5;
  return `\\${code}`;
}

function* transcodeRaw(
  source: TextSource,
  emit: (text: string) => void,
  quote: string,
): Reading<'complete' | 'failed' | 'cut'> {
  for (;;) {
    const at = source.text.indexOf(quote, source.at);
    const until = at >= 0 ? at : source.text.length - overlap(source.text, quote, source.at);
    if (until > source.at) {
      emit(escapeJson(source.text.slice(source.at, until)));
      source.at = until;
    }
    if (at >= 0) {
      source.at += quote.length;
      return 'complete';
    }
    if (source.end) {
      source.at = source.text.length;
      return ended(source);
    }
    yield;
  }
}

function ended(source: TextSource): 'failed' | 'cut' {
  return source.end === 'cut' ? 'cut' : 'failed';
}
