/** A part of a GBNF rule. */
type Node =
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'set'; readonly characters: readonly string[] }
  | { readonly kind: 'rule'; readonly name: string }
  | { readonly kind: 'choice'; readonly options: readonly (readonly Node[])[] }
  | { readonly kind: 'repeat'; readonly node: Node; readonly least: number; readonly most: number };

const candidates = Array.from('abcxyzABZ019 .,:;!?-_/\\"\'{}[]()<>=|\n\téß🐟');

/** Writes texts that a grammar permits, at random: of each choice any, of each repetition a few. */
export function createGrammarSampler(grammar: string, random: () => number): () => string {
  const rules = new Map<string, Node>();
  for (const line of grammar.trim().split('\n')) {
    const [name = '', body = ''] = line.split(/ ::= ?(.*)/s);
    rules.set(name, parse(body));
  }
  const write = (node: Node, depth: number): string => {
    switch (node.kind) {
      case 'text':
        return node.text;
      case 'set':
        return node.characters[Math.floor(random() * node.characters.length)] ?? '';
      case 'rule': {
        const rule = rules.get(node.name);
        if (!rule) throw new Error(`no rule ${node.name}`);
        return write(rule, depth + 1);
      }
      case 'choice': {
        // Deep down the shortest option, so that recursion ends.
        const options = depth > 40 ? node.options.toSorted((a, b) => a.length - b.length).slice(0, 1) : node.options;
        return (options[Math.floor(random() * options.length)] ?? []).map((part) => write(part, depth)).join('');
      }
      case 'repeat': {
        const most = depth > 25 ? node.least : Math.min(node.most, node.least + 3);
        const count = node.least + Math.floor(random() * (most - node.least + 1));
        return Array.from({ length: count }, () => write(node.node, depth)).join('');
      }
      default:
        return node satisfies never;
    }
  };
  return () => write({ kind: 'rule', name: 'root' }, 0);
}

function parse(body: string): Node {
  let at = 0;
  const choice = (): Node => {
    const options: Node[][] = [[]];
    for (;;) {
      while (body[at] === ' ') at++;
      const next = body[at];
      if (next === undefined || next === ')') break;
      if (next === '|') {
        at++;
        options.push([]);
      } else options.at(-1)?.push(repeated(item()));
    }
    return { kind: 'choice', options };
  };
  const item = (): Node => {
    const next = body[at];
    if (next === '"') {
      at++;
      let text = '';
      while (body[at] !== '"') text += character();
      at++;
      return { kind: 'text', text };
    }
    if (next === '[') return set();
    if (next === '(') {
      at++;
      const inner = choice();
      at++;
      return inner;
    }
    const name = /^[\w-]+/.exec(body.slice(at))?.[0];
    if (name === undefined) throw new Error(`unexpected ${body.slice(at, at + 20)}`);
    at += name.length;
    return { kind: 'rule', name };
  };
  const character = (): string => {
    if (body[at] !== '\\') {
      const text = String.fromCodePoint(body.codePointAt(at) ?? 0);
      at += text.length;
      return text;
    }
    const escape = body[at + 1] ?? '';
    const width = { x: 2, u: 4, U: 8 }[escape] ?? 0;
    const code = body.slice(at + 2, at + 2 + width);
    at += 2 + width;
    return width > 0
      ? String.fromCodePoint(Number.parseInt(code, 16))
      : ({ n: '\n', r: '\r', t: '\t' }[escape] ?? escape);
  };
  const set = (): Node => {
    at++;
    const isNegated = body[at] === '^';
    if (isNegated) at++;
    const ranges: [number, number][] = [];
    while (body[at] !== ']') {
      const from = character().codePointAt(0) ?? 0;
      let to = from;
      if (body[at] === '-' && body[at + 1] !== ']') {
        at++;
        to = character().codePointAt(0) ?? 0;
      }
      ranges.push([from, to]);
    }
    at++;
    const holds = (text: string) =>
      ranges.some(([from, to]) => (text.codePointAt(0) ?? 0) >= from && (text.codePointAt(0) ?? 0) <= to);
    const characters = candidates.filter((text) => holds(text) !== isNegated);
    if (!isNegated) characters.push(...ranges.map(([from]) => String.fromCodePoint(from)));
    return { kind: 'set', characters };
  };
  const repeated = (node: Node): Node => {
    const bounds = /^(?:[?*+]|\{(\d+)(,?)(\d*)\})/.exec(body.slice(at));
    if (!bounds) return node;
    at += bounds[0].length;
    const [sign = '', least = '0', comma, most = ''] = bounds;
    if (sign === '?') return { kind: 'repeat', node, least: 0, most: 1 };
    if (sign === '*' || sign === '+')
      return { kind: 'repeat', node, least: sign === '+' ? 1 : 0, most: Number.POSITIVE_INFINITY };
    return {
      kind: 'repeat',
      node,
      least: Number(least),
      most: comma === '' ? Number(least) : most === '' ? Number.POSITIVE_INFINITY : Number(most),
    };
  };
  return choice();
}
