import { fail } from './jinja-error.ts';
import { formatDirectives } from './library/format-fields.ts';
import { methodOf } from './library/methods.ts';
import { madeText, type Runtime } from './library/native.ts';
import type { Scope } from './scope.ts';
import type { ArgumentList, Comparison, Expression } from './syntax/syntax-tree.ts';
import { calculate, negate } from './values/arithmetic.ts';
import { contains, isEqual, order } from './values/compare.ts';
import { chargeKey, Dict } from './values/dict.ts';
import { iterate } from './values/iterate.ts';
import { asNumber } from './values/numbers.ts';
import { readItem, readSlice } from './values/subscript.ts';
import { isTrue } from './values/truth.ts';
import { typeName } from './values/type-name.ts';
import { HostObject, Tuple, type Arguments, type Value } from './values/value.ts';

/** What an expression is worth in a scope. */
export function evaluate(node: Expression, scope: Scope, runtime: Runtime): Value {
  const { meter } = runtime;
  const of = (part: Expression): Value => evaluate(part, scope, runtime);
  meter.step();
  switch (node.kind) {
    case 'literal':
      return node.value;
    case 'name':
      return scope.get(node.name);
    case 'list':
      return node.items.map(of);
    case 'tuple':
      return new Tuple(node.items.map(of));
    case 'dict':
      return new Dict(
        node.entries.map(([key, value]) => {
          const known = of(key);
          chargeKey(known, meter);
          return [known, of(value)] as const;
        }),
      );
    case 'unary':
      return unary(node.operator, of(node.operand));
    case 'binary': {
      const [left, right] = [of(node.left), of(node.right)];
      if (node.operator === '%' && typeof left === 'string')
        return madeText(formatDirectives(left, right, meter), runtime);
      return calculate(node.operator, left, right, meter);
    }
    case 'logical': {
      const left = of(node.left);
      return isTrue(left) === (node.operator === 'or') ? left : of(node.right);
    }
    case 'compare':
      return compareAll(of(node.first), node.rest, of, runtime);
    case 'conditional':
      if (isTrue(of(node.condition))) return of(node.chosen);
      return node.otherwise && of(node.otherwise);
    case 'attribute':
      return readAttribute(of(node.object), node.name, runtime);
    case 'item': {
      const object = of(node.object);
      return node.key && readKey(object, of(node.key), runtime);
    }
    case 'slice':
      return readSlice(
        of(node.object),
        [node.start, node.stop, node.step].map((part) => part && of(part)),
        meter,
      );
    case 'call':
      return call(node, scope, runtime);
    case 'filter':
      return runtime.applyFilter(
        node.filter.name,
        of(node.operand),
        evaluateArguments(node.filter.args, scope, runtime),
      );
    case 'test':
      return evaluateTest(node, scope, runtime) !== node.isNegated;
    default:
      return node satisfies never;
  }
}

/** Arguments in the order they are written; `extra` are named ones that the syntax itself gives, as `caller`. */
export function evaluateArguments(
  { positional, named }: ArgumentList,
  scope: Scope,
  runtime: Runtime,
  extra: readonly (readonly [string, Value])[] = [],
): Arguments {
  const byPlace = positional.flatMap(({ value, isSpread }) => {
    const argument = evaluate(value, scope, runtime);
    return isSpread ? iterate(argument, runtime.meter) : [argument];
  });
  const byName = new Map<string, Value>();
  for (const { name, value } of named) {
    const argument = evaluate(value, scope, runtime);
    if (name !== undefined) byName.set(name, argument);
    else for (const [key, spread] of entriesOf(argument)) byName.set(key, spread);
  }
  for (const [name, value] of extra) byName.set(name, value);
  return { positional: byPlace, named: byName };
}

/** Calls what an expression stands for. `extra` as for `evaluateArguments`. */
export function call(
  { callee, args }: Extract<Expression, { kind: 'call' }>,
  scope: Scope,
  runtime: Runtime,
  extra: readonly (readonly [string, Value])[] = [],
): Value {
  const target =
    callee.kind === 'attribute'
      ? readCalled(evaluate(callee.object, scope, runtime), callee.name, runtime)
      : evaluate(callee, scope, runtime);
  if (!(target instanceof HostObject) || !target.call) {
    const name = callee.kind === 'attribute' || callee.kind === 'name' ? `'${callee.name}'` : 'this';
    return fail(target === undefined ? `${name} is undefined and cannot be called` : `${name} is no function`);
  }
  return target.call(evaluateArguments(args, scope, runtime, extra));
}

/** `value.name`: what the value holds under the name, be it None, else its method. */
function readAttribute(value: Value, name: string, runtime: Runtime): Value {
  const held = readItem(value, name, runtime.meter);
  return held === undefined ? methodOf(value, name, runtime) : held;
}

/** `value.name(…)`: a method comes first, so that `message.get('x')` works whatever a message holds. */
function readCalled(value: Value, name: string, runtime: Runtime): Value {
  return methodOf(value, name, runtime) ?? readItem(value, name, runtime.meter);
}

function readKey(value: Value, key: Value, runtime: Runtime): Value {
  return typeof key === 'string' ? readAttribute(value, key, runtime) : readItem(value, key, runtime.meter);
}

function unary(operator: '-' | '+' | 'not', value: Value): Value {
  if (operator === 'not') return !isTrue(value);
  return operator === '-' ? negate(value) : (asNumber(value) ?? fail(`cannot use + with ${typeName(value)}`));
}

/** `a < b < c` holds when both comparisons do; the second is not looked at when the first fails. */
function compareAll(
  first: Value,
  rest: readonly Comparison[],
  of: (part: Expression) => Value,
  { meter }: Runtime,
): boolean {
  let left = first;
  return rest.every(({ operator, right: part }) => {
    const right = of(part);
    const [a, b] = [left, right];
    left = right;
    switch (operator) {
      case '==':
        return isEqual(a, b, meter);
      case '!=':
        return !isEqual(a, b, meter);
      case 'in':
        return contains(b, a, meter);
      case 'not in':
        return !contains(b, a, meter);
      case '<':
        return order(a, b, meter) < 0;
      case '<=':
        return order(a, b, meter) <= 0;
      case '>':
        return order(a, b, meter) > 0;
      default:
        return order(a, b, meter) >= 0;
    }
  });
}

function evaluateTest(
  { operand, test }: Extract<Expression, { kind: 'test' }>,
  scope: Scope,
  runtime: Runtime,
): boolean {
  // Nothing is escaped on output, so text knows no mark; a filter that would set it is recognised where it stands.
  if (test.name === 'escaped') return operand.kind === 'filter' && marksEscaped.has(operand.filter.name);
  return runtime.applyTest(test.name, evaluate(operand, scope, runtime), evaluateArguments(test.args, scope, runtime));
}

const marksEscaped = new Set(['safe', 'escape', 'e', 'forceescape']);

function entriesOf(value: Value): (readonly [string, Value])[] {
  if (!(value instanceof Dict)) return fail('** needs a dict');
  return value.entries().map(([key, entry]) => [typeof key === 'string' ? key : fail('** needs names as keys'), entry]);
}
