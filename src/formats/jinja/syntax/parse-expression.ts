import type { ArgumentList, BinaryOperator, ComparisonOperator, Expression, NamedCall } from './syntax-tree.ts';
import type { TokenStream } from './token-stream.ts';

/** Binary operators from the loosest to the tightest; each level is left-associative. */
const levels: readonly (readonly BinaryOperator[])[] = [['+', '-'], ['~'], ['*', '/', '//', '%'], ['**']];
const comparisons: readonly ComparisonOperator[] = ['==', '!=', '<=', '>=', '<', '>', 'in'];
/** Words that go on after a test without arguments, as in `x is none else y`. */
const notAnArgument = new Set(['else', 'or', 'and', 'if', 'in', 'is', 'not', 'recursive']);
const constants: ReadonlyMap<string, null | boolean> = new Map([
  ['true', true],
  ['True', true],
  ['false', false],
  ['False', false],
  ['none', null],
  ['None', null],
]);

/** One value, with `a if b else c` where a place allows it. */
export function parseExpression(stream: TokenStream, withCondition = true): Expression {
  return stream.nested(() => {
    let expression = parseOr(stream);
    if (!withCondition) return expression;
    while (stream.takes('if')) {
      const condition = parseOr(stream);
      const otherwise = stream.takes('else') ? parseExpression(stream) : undefined;
      expression = { kind: 'conditional', condition, chosen: expression, otherwise };
    }
    return expression;
  });
}

/** Values with commas between them are a tuple; one alone is itself. */
export function parseTuple(stream: TokenStream, withCondition = true): Expression {
  const first = parseExpression(stream, withCondition);
  if (!stream.peeks(',')) return first;
  const items = [first];
  while (stream.takes(',')) {
    if (endsTuple(stream)) break;
    items.push(parseExpression(stream, withCondition));
  }
  return { kind: 'tuple', items };
}

/** `upper | replace('a', 'b')`, as it stands after a bar or in a block's tag. */
export function parseFilterChain(stream: TokenStream): NamedCall[] {
  const filters = [parseNamedCall(stream)];
  while (stream.takes('|')) filters.push(parseNamedCall(stream));
  return filters;
}

function endsTuple(stream: TokenStream): boolean {
  return stream.peek().kind === 'end' || [')', ']', '}', '=', 'in'].some((text) => stream.peeks(text));
}

function parseOr(stream: TokenStream): Expression {
  let left = parseAnd(stream);
  while (stream.takes('or')) left = { kind: 'logical', operator: 'or', left, right: parseAnd(stream) };
  return left;
}

function parseAnd(stream: TokenStream): Expression {
  let left = parseNot(stream);
  while (stream.takes('and')) left = { kind: 'logical', operator: 'and', left, right: parseNot(stream) };
  return left;
}

function parseNot(stream: TokenStream): Expression {
  if (!stream.takes('not')) return parseComparison(stream);
  return { kind: 'unary', operator: 'not', operand: stream.nested(() => parseNot(stream)) };
}

function parseComparison(stream: TokenStream): Expression {
  const first = parseBinary(stream, 0);
  const rest = [];
  for (let operator = takeComparison(stream); operator; operator = takeComparison(stream)) {
    rest.push({ operator, right: parseBinary(stream, 0) });
  }
  return rest.length > 0 ? { kind: 'compare', first, rest } : first;
}

function takeComparison(stream: TokenStream): ComparisonOperator | undefined {
  if (stream.peeks('not', 'in')) {
    stream.take();
    stream.take();
    return 'not in';
  }
  return comparisons.find((operator) => stream.takes(operator));
}

function parseBinary(stream: TokenStream, level: number): Expression {
  const operators = levels[level];
  if (!operators) return parseUnary(stream, true);
  let left = parseBinary(stream, level + 1);
  for (;;) {
    const operator = operators.find((candidate) => stream.takes(candidate));
    if (!operator) return left;
    left = { kind: 'binary', operator, left, right: parseBinary(stream, level + 1) };
  }
}

/** A sign binds tighter than filters and tests: `-5|abs` is 5. */
function parseUnary(stream: TokenStream, withFilters: boolean): Expression {
  const sign = stream.takes('-') ? '-' : stream.takes('+') ? '+' : undefined;
  const operand: Expression = sign
    ? { kind: 'unary', operator: sign, operand: stream.nested(() => parseUnary(stream, false)) }
    : parsePostfix(stream, parsePrimary(stream));
  return withFilters ? parseFiltersAndTests(stream, operand) : operand;
}

function parsePrimary(stream: TokenStream): Expression {
  const token = stream.peek();
  switch (token.kind) {
    case 'name': {
      stream.take();
      const constant = constants.get(token.text);
      return constant === undefined ? { kind: 'name', name: token.text } : { kind: 'literal', value: constant };
    }
    case 'string': {
      let value = '';
      while (stream.peek().kind === 'string') value += stream.take().text;
      return { kind: 'literal', value };
    }
    case 'integer':
      return {
        kind: 'literal',
        value: BigInt(
          stream
            .take()
            .text.replaceAll('_', '')
            .replace(/^0+(?=\d)/, ''),
        ),
      };
    case 'float':
      return { kind: 'literal', value: Number(stream.take().text.replaceAll('_', '')) };
    default:
  }
  if (stream.takes('(')) return parseParentheses(stream);
  if (stream.takes('[')) return { kind: 'list', items: parseItems(stream, ']') };
  if (stream.takes('{')) return parseDict(stream);
  return stream.refuse('a value');
}

function parseParentheses(stream: TokenStream): Expression {
  if (stream.takes(')')) return { kind: 'tuple', items: [] };
  const inner = parseTuple(stream);
  stream.expect(')');
  return inner;
}

function parseItems(stream: TokenStream, close: string): Expression[] {
  const items: Expression[] = [];
  while (!stream.takes(close)) {
    if (items.length > 0) stream.expect(',');
    if (stream.takes(close)) break;
    items.push(parseExpression(stream));
  }
  return items;
}

function parseDict(stream: TokenStream): Expression {
  const entries: [Expression, Expression][] = [];
  while (!stream.takes('}')) {
    if (entries.length > 0) stream.expect(',');
    if (stream.takes('}')) break;
    const key = parseExpression(stream);
    stream.expect(':');
    entries.push([key, parseExpression(stream)]);
  }
  return { kind: 'dict', entries };
}

function parsePostfix(stream: TokenStream, start: Expression): Expression {
  let expression = start;
  for (;;) {
    if (stream.takes('.')) expression = parseMember(stream, expression);
    else if (stream.takes('[')) expression = parseSubscript(stream, expression);
    else if (stream.peeks('(')) expression = { kind: 'call', callee: expression, args: parseArguments(stream) };
    else return expression;
  }
}

function parseMember(stream: TokenStream, object: Expression): Expression {
  if (stream.peek().kind === 'integer') {
    return { kind: 'item', object, key: { kind: 'literal', value: BigInt(stream.take().text) } };
  }
  return { kind: 'attribute', object, name: stream.expectName() };
}

function parseSubscript(stream: TokenStream, object: Expression): Expression {
  // An empty subscript is no syntax of Jinja, but some templates in use have one; it finds nothing.
  if (stream.takes(']')) return { kind: 'item', object, key: undefined };
  const start = stream.peeks(':') ? undefined : parseTuple(stream);
  if (start && stream.takes(']')) return { kind: 'item', object, key: start };
  stream.expect(':');
  const stop = stream.peeks(':') || stream.peeks(']') ? undefined : parseExpression(stream);
  const step = stream.takes(':') && !stream.peeks(']') ? parseExpression(stream) : undefined;
  stream.expect(']');
  return { kind: 'slice', object, start, stop, step };
}

function parseFiltersAndTests(stream: TokenStream, start: Expression): Expression {
  let operand = start;
  for (;;) {
    if (stream.takes('|')) operand = { kind: 'filter', operand, filter: parseNamedCall(stream) };
    else if (stream.takes('is')) operand = parseTest(stream, operand);
    else if (stream.peeks('(')) operand = { kind: 'call', callee: operand, args: parseArguments(stream) };
    else return operand;
  }
}

function parseTest(stream: TokenStream, operand: Expression): Expression {
  const isNegated = stream.takes('not');
  const name = stream.expectName();
  if (stream.peeks('(')) return { kind: 'test', operand, isNegated, test: { name, args: parseArguments(stream) } };
  const { kind, text } = stream.peek();
  const isArgument =
    (kind === 'name' && !notAnArgument.has(text)) ||
    kind === 'string' ||
    kind === 'integer' ||
    kind === 'float' ||
    stream.peeks('[') ||
    stream.peeks('{');
  const positional = isArgument ? [{ value: parsePostfix(stream, parsePrimary(stream)), isSpread: false }] : [];
  return { kind: 'test', operand, isNegated, test: { name, args: { positional, named: [] } } };
}

function parseNamedCall(stream: TokenStream): NamedCall {
  let name = stream.expectName();
  while (stream.takes('.')) name += `.${stream.expectName()}`;
  return { name, args: stream.peeks('(') ? parseArguments(stream) : { positional: [], named: [] } };
}

function parseArguments(stream: TokenStream): ArgumentList {
  const positional: { value: Expression; isSpread: boolean }[] = [];
  const named: { name: string | undefined; value: Expression }[] = [];
  stream.expect('(');
  while (!stream.takes(')')) {
    if (positional.length + named.length > 0) stream.expect(',');
    if (stream.takes(')')) break;
    if (stream.takes('**')) named.push({ name: undefined, value: parseExpression(stream) });
    else if (stream.takes('*')) positional.push({ value: parseExpression(stream), isSpread: true });
    else if (stream.peek().kind === 'name' && stream.peek(1).text === '=' && stream.peek(1).kind === 'operator') {
      const name = stream.expectName();
      stream.expect('=');
      named.push({ name, value: parseExpression(stream) });
    } else positional.push({ value: parseExpression(stream), isSpread: false });
  }
  return { positional, named };
}
