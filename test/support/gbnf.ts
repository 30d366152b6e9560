/** One step of a rule. */
export type GbnfItem =
  | { readonly kind: 'chars'; readonly ranges: readonly (readonly [number, number])[]; readonly isNegated: boolean }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'choice'; readonly options: readonly GbnfSequence[] }
  | { readonly kind: 'repeat'; readonly item: GbnfItem; readonly min: number; readonly max: number };
export type GbnfSequence = readonly GbnfItem[];
export type Gbnf = ReadonlyMap<string, readonly GbnfSequence[]>;

/** Parses what llama.cpp's grammars consist of, but for tokens and comments. Throws where llama.cpp refuses. */
export function parseGbnf(text: string): Gbnf {
  const rules = new Map<string, GbnfSequence[]>();
  for (const line of text.split('\n')) {
    if (line.trim() === '') continue;
    const [, name, body] = /^([a-zA-Z0-9-]+) ::= (.*)$/.exec(line) ?? [];
    if (name === undefined || body === undefined) throw new SyntaxError(`no rule: ${line}`);
    if (rules.has(name)) throw new SyntaxError(`defined twice: ${name}`);
    const reader = { text: body, at: 0 };
    rules.set(name, parseChoice(reader));
    if (reader.at < body.length) throw new SyntaxError(`left over: ${body.slice(reader.at)}`);
  }
  for (const name of references([...rules.values()].flat(2))) {
    if (!rules.has(name)) throw new SyntaxError(`undefined: ${name}`);
  }
  return rules;
}

interface Reader {
  readonly text: string;
  at: number;
}

function parseChoice(reader: Reader): GbnfSequence[] {
  const options: GbnfSequence[] = [];
  do options.push(parseSequence(reader));
  while (take(reader, /\|\s*/y) !== undefined);
  return options;
}

function parseSequence(reader: Reader): GbnfItem[] {
  const items: GbnfItem[] = [];
  for (;;) {
    const parsed = parseItem(reader);
    if (parsed === undefined) return items;
    const counts = take(reader, /([*+?]|\{(\d+)(,)?(\d+)?\})\s*/y);
    const last = parsed.at(-1);
    if (counts === undefined || last === undefined) {
      if (counts !== undefined) throw new SyntaxError('nothing to repeat');
      items.push(...parsed);
      continue;
    }
    const [, sign, least, comma, most] = counts;
    const [min, max] =
      sign === '*'
        ? [0, Infinity]
        : sign === '+'
          ? [1, Infinity]
          : sign === '?'
            ? [0, 1]
            : [Number(least), comma === undefined ? Number(least) : most === undefined ? Infinity : Number(most)];
    if (min > 2000 || (max !== Infinity && max > 2000)) throw new SyntaxError('repeated too often');
    const item: GbnfItem = parsed.length === 1 ? last : { kind: 'choice', options: [parsed] };
    items.push({ kind: 'repeat', item, min, max });
  }
}

function parseItem(reader: Reader): GbnfItem[] | undefined {
  const string = take(reader, /"((?:[^"\\]|\\.)*)"\s*/y);
  if (string !== undefined) {
    return unescape(string[1] ?? '').map(({ value }) => ({
      kind: 'chars',
      ranges: [[value, value]],
      isNegated: false,
    }));
  }
  const set = take(reader, /\[(\^)?((?:[^\]\\]|\\.)*)\]\s*/y);
  if (set !== undefined) {
    const characters = unescape(set[2] ?? '');
    const ranges: [number, number][] = [];
    for (let at = 0; at < characters.length; at++) {
      const from = characters[at]?.value ?? 0;
      const dash = characters[at + 1];
      const isRange = dash?.value === 0x2d && !dash.isEscaped && at + 2 < characters.length;
      const to = isRange ? (characters[at + 2]?.value ?? 0) : from;
      if (to < from) throw new SyntaxError('a range in the wrong order');
      ranges.push([from, to]);
      if (isRange) at += 2;
    }
    return [{ kind: 'chars', ranges, isNegated: set[1] !== undefined }];
  }
  const name = take(reader, /([a-zA-Z0-9-]+)\s*/y);
  if (name !== undefined) return [{ kind: 'rule', name: name[1] ?? '' }];
  if (take(reader, /\.\s*/y) !== undefined) return [{ kind: 'chars', ranges: [], isNegated: true }];
  if (take(reader, /\(\s*/y) === undefined) return undefined;
  const options = parseChoice(reader);
  if (take(reader, /\)\s*/y) === undefined) throw new SyntaxError('a group is not closed');
  return [{ kind: 'choice', options }];
}

function take(reader: Reader, expression: RegExp): RegExpExecArray | undefined {
  expression.lastIndex = reader.at;
  const found = expression.exec(reader.text) ?? undefined;
  if (found !== undefined) reader.at += found[0].length;
  return found;
}

const escapes: Readonly<Record<string, number>> = { n: 10, r: 13, t: 9, '"': 34, '\\': 92, '[': 91, ']': 93, '-': 45 };

function unescape(text: string): { value: number; isEscaped: boolean }[] {
  const characters: { value: number; isEscaped: boolean }[] = [];
  const one = /\\x([0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\U([0-9a-fA-F]{8})|\\(.)|([^\\])/gu;
  for (const [, x, u, long, escaped, plain] of text.matchAll(one)) {
    const hex = x ?? u ?? long;
    const value = hex !== undefined ? Number.parseInt(hex, 16) : (plain?.codePointAt(0) ?? escapes[escaped ?? '']);
    if (value === undefined) throw new SyntaxError(`unknown escape: \\${escaped}`);
    characters.push({ value, isEscaped: plain === undefined });
  }
  return characters;
}

function references(items: readonly GbnfItem[]): string[] {
  return items.flatMap((item) => {
    if (item.kind === 'rule') return [item.name];
    if (item.kind === 'repeat') return references([item.item]);
    return item.kind === 'choice' ? references(item.options.flat()) : [];
  });
}

export function permits({ ranges, isNegated }: GbnfItem & { kind: 'chars' }, codePoint: number): boolean {
  return ranges.some(([from, to]) => from <= codePoint && codePoint <= to) !== isNegated;
}
