import { atLine, fail, JinjaError } from './jinja-error.ts';
import { call, evaluate, evaluateArguments } from './evaluate.ts';
import type { Runtime } from './library/native.ts';
import { createLoop } from './loop-state.ts';
import { createMacro } from './macro.ts';
import { createOutput, type Output } from './output.ts';
import type { Scope } from './scope.ts';
import type { Loop, NamedCall, Statement, Target } from './syntax/syntax-tree.ts';
import { iterate } from './values/iterate.ts';
import { toText } from './values/python-text.ts';
import { isTrue } from './values/truth.ts';
import { typeName } from './values/type-name.ts';
import { Namespace, type Value } from './values/value.ts';

/** How statements end: at their end, or by leaving a loop's round or the loop. */
type Ending = 'break' | 'continue' | undefined;

/** Runs statements in a scope, writing what they say. Errors name the innermost line. */
export function execute(statements: readonly Statement[], scope: Scope, runtime: Runtime, output: Output): Ending {
  for (const statement of statements) {
    runtime.meter.step();
    let ending: Ending;
    try {
      ending = executeOne(statement, scope, runtime, output);
    } catch (error) {
      throw error instanceof JinjaError && error.cause === undefined ? atLine(error, statement.line) : error;
    }
    if (ending) return ending;
  }
  return undefined;
}

function executeOne(statement: Statement, scope: Scope, runtime: Runtime, output: Output): Ending {
  switch (statement.kind) {
    case 'text':
      output.write(statement.text);
      return undefined;
    case 'output':
      output.write(toText(evaluate(statement.expression, scope, runtime), runtime.meter));
      return undefined;
    case 'if': {
      const branch = statement.branches.find(({ condition }) => isTrue(evaluate(condition, scope, runtime)));
      return execute(branch?.body ?? statement.otherwise, scope, runtime, output);
    }
    case 'for':
      return executeLoop(statement, evaluate(statement.iterable, scope, runtime), 0, scope, runtime, output);
    case 'set':
      assign(statement.target, evaluate(statement.value, scope, runtime), scope, runtime);
      return undefined;
    case 'setBlock': {
      const text = capture(statement.body, scope.inner(), runtime);
      assign(statement.target, applyAll(statement.filters, text, scope, runtime), scope, runtime);
      return undefined;
    }
    case 'macro':
      scope.set(statement.name, createMacro(statement.name, statement.macro, scope, runtime, capture));
      return undefined;
    case 'callBlock': {
      const caller = createMacro('caller', statement.caller, scope, runtime, capture);
      if (statement.call.kind !== 'call') return fail('{% call %} needs a call');
      output.write(toText(call(statement.call, scope, runtime, [['caller', caller]]), runtime.meter));
      return undefined;
    }
    case 'filterBlock': {
      const text = capture(statement.body, scope.inner(), runtime);
      output.write(toText(applyAll(statement.filters, text, scope, runtime), runtime.meter));
      return undefined;
    }
    case 'with': {
      const inner = scope.inner();
      for (const { target, value } of statement.assignments) {
        assign(target, evaluate(value, inner, runtime), inner, runtime);
      }
      return execute(statement.body, inner, runtime, output);
    }
    case 'do':
      evaluate(statement.expression, scope, runtime);
      return undefined;
    default:
      return statement.kind;
  }
}

/** What statements would write, as text. */
function capture(statements: readonly Statement[], scope: Scope, runtime: Runtime): string {
  const output = createOutput(runtime.meter);
  execute(statements, scope, runtime, output);
  return output.text();
}

function executeLoop(
  loop: Loop,
  iterable: Value,
  depth: number,
  scope: Scope,
  runtime: Runtime,
  output: Output,
): Ending {
  const items = chosenItems(loop, iterable, scope, runtime);
  let index = 0;
  const recurse = (children: Value): Value =>
    runtime.meter.nested(() => {
      const inner = createOutput(runtime.meter);
      executeLoop(loop, children, depth + 1, scope, runtime, inner);
      return inner.text();
    });
  const state = createLoop(() => ({ items, index, depth }), loop.isRecursive ? recurse : undefined, runtime.meter);

  for (; index < items.length; index++) {
    runtime.meter.step();
    const round = scope.inner();
    round.set('loop', state);
    assign(loop.target, items[index], round, runtime);
    if (execute(loop.body, round, runtime, output) === 'break') break;
  }
  return items.length === 0 ? execute(loop.otherwise, scope, runtime, output) : undefined;
}

/** The items a loop goes through, as they are now: what its body adds to a list does not prolong it. */
function chosenItems({ target, condition }: Loop, iterable: Value, scope: Scope, runtime: Runtime): readonly Value[] {
  const items = iterate(iterable, runtime.meter);
  if (!condition) return [...items];
  return items.filter((item) => {
    const round = scope.inner();
    assign(target, item, round, runtime);
    return isTrue(evaluate(condition, round, runtime));
  });
}

function applyAll(filters: readonly NamedCall[], text: string, scope: Scope, runtime: Runtime): Value {
  return filters.reduce<Value>(
    (value, { name, args }) => runtime.applyFilter(name, value, evaluateArguments(args, scope, runtime)),
    text,
  );
}

function assign(target: Target, value: Value, scope: Scope, runtime: Runtime): void {
  switch (target.kind) {
    case 'name':
      scope.set(target.name, value);
      return;
    case 'attribute': {
      const object = scope.get(target.name);
      if (!(object instanceof Namespace))
        return fail(`only a namespace has attributes to set, not ${typeName(object)}`);
      object.attributes.set(target.attribute, value);
      return;
    }
    default: {
      const values = iterate(value, runtime.meter);
      if (values.length !== target.items.length) {
        return fail(`${values.length} values cannot be shared out to ${target.items.length} names`);
      }
      for (const [at, item] of target.items.entries()) assign(item, values[at], scope, runtime);
    }
  }
}
