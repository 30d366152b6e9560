import { JinjaError } from '../jinja-error.ts';
import { parseExpression, parseFilterChain, parseTuple } from './parse-expression.ts';
import { splitTemplate, type Piece } from './split-template.ts';
import type { Branch, Parameter, Statement, Target } from './syntax-tree.ts';
import { createTokenStream, type TokenStream } from './token-stream.ts';

type Body = readonly Statement[];
type Tag = { readonly name: string; readonly stream: TokenStream; readonly line: number };
type TagParser = (stream: TokenStream, line: number, blocks: BlockReader) => Statement;

/** Reads statements up to one of these tags, and gives the tag it stopped at. */
interface BlockReader {
  until(...endings: readonly string[]): { readonly body: Body; readonly ending: Tag };
}

const deepestBlocks = 100;
const refusedTags = new Set(['include', 'import', 'from', 'extends', 'block']);

/** Reads a whole template. Throws a `syntax` error that names the line. */
export function parseTemplate(source: string): Body {
  const pieces = splitTemplate(source);
  let at = 0;
  let depth = 0;

  const read = (endings: readonly string[], opened: number): { body: Body; ending: Tag | undefined } => {
    const body: Statement[] = [];
    while (at < pieces.length) {
      const piece = pieces[at++] as Piece;
      if (piece.kind !== 'block') {
        body.push(plainStatement(piece));
        continue;
      }
      const tag = tagOf(piece);
      if (endings.includes(tag.name)) return { body, ending: tag };
      body.push(parseTag(tag, blocks));
    }
    if (endings.length > 0) throw syntaxError(opened, `this block has no {% ${endings.at(-1)} %}`);
    return { body, ending: undefined };
  };
  const blocks: BlockReader = {
    until: (...endings) => {
      const opened = pieces[at - 1]?.line ?? 1;
      if (depth >= deepestBlocks) throw syntaxError(opened, 'blocks are nested too deeply');
      depth++;
      const { body, ending } = read(endings, opened);
      depth--;
      return { body, ending: ending as Tag };
    },
  };
  return read([], 1).body;
}

function plainStatement(piece: Exclude<Piece, { kind: 'block' }>): Statement {
  if (piece.kind === 'text') return piece;
  const stream = createTokenStream(piece.tokens);
  const expression = parseTuple(stream);
  stream.expectEnd();
  return { kind: 'output', expression, line: piece.line };
}

function tagOf(piece: Extract<Piece, { kind: 'output' | 'block' }>): Tag {
  const stream = createTokenStream(piece.tokens);
  return { name: stream.expectName(), stream, line: piece.line };
}

function parseTag({ name, stream, line }: Tag, blocks: BlockReader): Statement {
  const parse = tags.get(name);
  if (parse) return parse(stream, line, blocks);
  throw syntaxError(
    line,
    refusedTags.has(name) ? `{% ${name} %} is refused: a template stands alone` : `unexpected tag '${name}'`,
  );
}

const tags: ReadonlyMap<string, TagParser> = new Map<string, TagParser>([
  ['if', parseIf],
  ['for', parseFor],
  ['set', parseSet],
  ['macro', parseMacro],
  ['call', parseCall],
  ['filter', parseFilter],
  ['with', parseWith],
  ['do', parseDo],
  // Marks what a model was trained to say; for a prompt it is a scope and nothing else.
  [
    'generation',
    (stream, line, blocks) => ({ kind: 'with', assignments: [], ...closed(stream, blocks, 'endgeneration', line) }),
  ],
  ['break', (stream, line) => alone({ kind: 'break', line }, stream)],
  ['continue', (stream, line) => alone({ kind: 'continue', line }, stream)],
]);

function parseIf(stream: TokenStream, line: number, blocks: BlockReader): Statement {
  const branches: Branch[] = [];
  let condition = parseTuple(stream);
  stream.expectEnd();
  for (;;) {
    const { body, ending } = blocks.until('elif', 'else', 'endif');
    branches.push({ condition, body });
    if (ending.name === 'elif') condition = parseTuple(ending.stream);
    ending.stream.expectEnd();
    if (ending.name === 'else') return { kind: 'if', branches, otherwise: closing(blocks, 'endif'), line };
    if (ending.name === 'endif') return { kind: 'if', branches, otherwise: [], line };
  }
}

function parseFor(stream: TokenStream, line: number, blocks: BlockReader): Statement {
  const target = parseTarget(stream);
  stream.expect('in');
  const iterable = parseTuple(stream, false);
  const condition = stream.takes('if') ? parseExpression(stream) : undefined;
  const isRecursive = stream.takes('recursive');
  stream.expectEnd();
  const { body, ending } = blocks.until('else', 'endfor');
  ending.stream.expectEnd();
  const otherwise = ending.name === 'else' ? closing(blocks, 'endfor') : [];
  return { kind: 'for', target, iterable, condition, isRecursive, body, otherwise, line };
}

function parseSet(stream: TokenStream, line: number, blocks: BlockReader): Statement {
  const target = parseTarget(stream);
  if (stream.takes('=')) {
    const value = parseTuple(stream);
    return alone({ kind: 'set', target, value, line }, stream);
  }
  const filters = stream.takes('|') ? parseFilterChain(stream) : [];
  return { kind: 'setBlock', target, filters, ...closed(stream, blocks, 'endset', line) };
}

function parseMacro(stream: TokenStream, line: number, blocks: BlockReader): Statement {
  const name = stream.expectName();
  const parameters = parseParameters(stream);
  return { kind: 'macro', name, line, macro: { parameters, body: closed(stream, blocks, 'endmacro', line).body } };
}

function parseCall(stream: TokenStream, line: number, blocks: BlockReader): Statement {
  const parameters = stream.peeks('(') ? parseParameters(stream) : [];
  const call = parseExpression(stream);
  if (call.kind !== 'call') throw syntaxError(line, '{% call %} needs a call');
  return { kind: 'callBlock', call, line, caller: { parameters, body: closed(stream, blocks, 'endcall', line).body } };
}

function parseFilter(stream: TokenStream, line: number, blocks: BlockReader): Statement {
  const filters = parseFilterChain(stream);
  return { kind: 'filterBlock', filters, ...closed(stream, blocks, 'endfilter', line) };
}

function parseWith(stream: TokenStream, line: number, blocks: BlockReader): Statement {
  const assignments = [];
  while (stream.peek().kind !== 'end') {
    if (assignments.length > 0) stream.expect(',');
    const target = parseTarget(stream, true);
    stream.expect('=');
    assignments.push({ target, value: parseExpression(stream) });
  }
  return { kind: 'with', assignments, ...closed(stream, blocks, 'endwith', line) };
}

function parseDo(stream: TokenStream, line: number): Statement {
  const expression = parseTuple(stream);
  return alone({ kind: 'do', expression, line }, stream);
}

function parseParameters(stream: TokenStream): Parameter[] {
  const parameters: Parameter[] = [];
  stream.expect('(');
  while (!stream.takes(')')) {
    if (parameters.length > 0) stream.expect(',');
    if (stream.takes(')')) break;
    const name = stream.expectName();
    parameters.push({ name, byDefault: stream.takes('=') ? parseExpression(stream) : undefined });
  }
  return parameters;
}

function parseTarget(stream: TokenStream, isSingle = false): Target {
  const first = parseSingleTarget(stream);
  if (isSingle || !stream.peeks(',')) return first;
  const items = [first];
  while (stream.takes(',') && stream.peek().kind === 'name') items.push(parseSingleTarget(stream));
  return { kind: 'tuple', items };
}

function parseSingleTarget(stream: TokenStream): Target {
  if (stream.takes('(')) {
    const inner = stream.nested(() => parseTarget(stream));
    stream.expect(')');
    return inner;
  }
  const name = stream.expectName();
  return stream.takes('.') ? { kind: 'attribute', name, attribute: stream.expectName() } : { kind: 'name', name };
}

function alone(statement: Statement, stream: TokenStream): Statement {
  stream.expectEnd();
  return statement;
}

function closing(blocks: BlockReader, ending: string): Body {
  const { body, ending: tag } = blocks.until(ending);
  // `{% endmacro name %}` may repeat the name.
  if (tag.stream.peek().kind === 'name') tag.stream.take();
  tag.stream.expectEnd();
  return body;
}

function closed(stream: TokenStream, blocks: BlockReader, ending: string, line: number) {
  stream.expectEnd();
  return { body: closing(blocks, ending), line };
}

function syntaxError(line: number, what: string): JinjaError {
  return new JinjaError('syntax', `line ${line}: ${what}`);
}
