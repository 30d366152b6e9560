import { isSpace, type Reading, type TextSource } from './text-source.ts';
import { transcodeString } from './transcode-string.ts';

/** `cut`: the answer ended inside the value. `failed`: what was written is no value, nor one with a safe repair. */
export type Outcome = 'complete' | 'failed' | 'cut';

export interface ValueStyle {
  /** The mark after the value. Where it comes too early, what is open is closed. */
  readonly before?: string | undefined;
  /** A text that strings stand between, beside `"` and `'`. */
  readonly quote?: string | undefined;
  /** `keywords`: read on from inside `name(`, to the parenthesis that closes it. */
  readonly within?: 'keywords';
}

type Expected = 'value' | 'first-value' | 'key' | 'first-key' | 'colon' | 'comma';

const closerOf: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' };
const jsonOf: Readonly<Record<string, string>> = { '(': '[', ')': ']', '{': '{', '}': '}', '[': '[', ']': ']' };
const literals: Readonly<Record<string, string>> = {
  true: 'true',
  True: 'true',
  false: 'false',
  False: 'false',
  null: 'null',
  None: 'null',
};
const longestWord = 512;
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/**
 * Reads one value and hands on valid JSON for it, piece by piece, as written where it is JSON already.
 * Repaired, since the meaning is plain: single quotes, keys without quotes, Python's True, False, None and
 * tuples, trailing commas, raw control characters and unknown escapes in strings, `+1`, `.5` and `1.`;
 * brackets left open before the closing mark, another bracket or a complete end, but never a string or a key
 * left open. Without recursion, so that depth costs memory only.
 */
export function* transcodeValue(
  source: TextSource,
  emit: (text: string) => void,
  style: ValueStyle = {},
): Reading<Outcome> {
  const open: string[] = [];
  // A comma and what follows it are held until it is clear that the comma does not trail.
  let held = '';
  let expected: Expected = 'value';
  const begin = (text: string) => {
    emit(held + text);
    held = '';
  };
  const closeOne = () => {
    emit(held.replace(',', ''));
    held = '';
    const closer = open.pop() ?? '';
    emit(open.length === 0 && style.within ? '}' : (jsonOf[closer] ?? ''));
    expected = 'comma';
  };
  const closeAll = (): Outcome => {
    while (open.length > 0) closeOne();
    return 'complete';
  };
  const canClose = () =>
    expected === 'comma' ||
    ((expected === 'value' || expected === 'key') && held !== '') ||
    expected === 'first-key' ||
    expected === 'first-value';
  if (style.within) {
    open.push(')');
    emit('{');
    expected = 'first-key';
  }

  for (;;) {
    const next = yield* source.peek();
    if (next === '') {
      if (source.end === 'cut') return 'cut';
      return open.length > 0 && canClose() ? closeAll() : 'failed';
    }
    if (isSpace(next)) {
      source.at++;
      if (held !== '') held += next;
      else if (open.length > 0) emit(next);
      continue;
    }
    const closer: string | undefined = open.at(-1);
    if (open.length > 0 && canClose() && (next === '}' || next === ']' || next === ')')) {
      const depth = open.lastIndexOf(next);
      if (depth < 0) return closesEarly(next) ? closeAll() : 'failed';
      source.at++;
      while (open.length > depth) closeOne();
      if (open.length === 0) return 'complete';
      continue;
    }
    if (expected === 'comma') {
      if (next === ',') {
        source.at++;
        held = ',';
        expected = closer === ']' || (closer === ')' && !(style.within && open.length === 1)) ? 'value' : 'key';
        continue;
      }
      return closesEarly(next) ? closeAll() : 'failed';
    }
    if (expected === 'colon') {
      if (next !== ':' && next !== '=') return 'failed';
      source.at++;
      emit(':');
      expected = 'value';
      continue;
    }
    const isKey: boolean = expected === 'key' || expected === 'first-key';
    if (style.quote !== undefined && style.quote.startsWith(next)) {
      if (yield* source.accept(style.quote)) {
        begin('');
        const outcome = yield* transcodeString(source, emit, style.quote);
        if (outcome !== 'complete') return outcome;
        expected = isKey ? 'colon' : 'comma';
        if (open.length === 0) return 'complete';
        continue;
      }
      if (source.unread === 0 && source.end === 'cut') return 'cut';
    }
    if (next === '"' || next === "'") {
      source.at++;
      begin('');
      const outcome = yield* transcodeString(source, emit, next);
      if (outcome !== 'complete') return outcome;
      expected = isKey ? 'colon' : 'comma';
    } else if (!isKey && closerOf[next] !== undefined) {
      source.at++;
      begin(jsonOf[next] ?? '');
      open.push(closerOf[next]);
      expected = next === '{' ? 'first-key' : 'first-value';
    } else {
      const word = yield* readWord(source);
      if (word === undefined) return canClose() && closesEarly(next) ? closeAll() : 'failed';
      if (source.unread === 0 && source.end === 'cut') return 'cut';
      const json = isKey ? (isBareKey(word) ? JSON.stringify(word) : undefined) : jsonOfWord(word);
      if (json === undefined) return 'failed';
      begin(json);
      expected = isKey ? 'colon' : 'comma';
    }
    if (open.length === 0 && expected === 'comma') return 'complete';
  }

  function closesEarly(next: string): boolean {
    return open.length > 0 && style.before !== undefined && style.before !== '' && style.before.startsWith(next);
  }
}

/** A key as it is read back: as it is, or in quotes where it is no word. */
export function spelledKey(key: string): string {
  return isBareKey(key) ? key : JSON.stringify(key);
}

function isBareKey(word: string): boolean {
  // Characters are read by halves, so that one of two is none.
  return (
    word.length <= longestWord && /^[\p{L}_$@][\p{L}\p{M}\p{N}_$@.-]*$/u.test(word) && !/[\ud800-\udfff]/.test(word)
  );
}

/** A bare word or number; nothing when none stands here or it is absurdly long. */
function* readWord(source: TextSource): Reading<string | undefined> {
  let word = '';
  for (;;) {
    const next = yield* source.peek();
    if (next === '' || !/[\p{L}\p{M}\p{N}_$@.+-]/u.test(next)) return word === '' ? undefined : word;
    if (word.length >= longestWord) return undefined;
    word += next;
    source.at++;
  }
}

function jsonOfWord(word: string): string | undefined {
  const literal = Object.hasOwn(literals, word) ? literals[word] : undefined;
  if (literal !== undefined || number.test(word)) return literal ?? word;
  const repaired = word
    .replace(/^\+/, '')
    .replace(/^(-?)\./, '$10.')
    .replace(/\.(?=$|[eE])/, '');
  return number.test(repaired) ? repaired : undefined;
}
