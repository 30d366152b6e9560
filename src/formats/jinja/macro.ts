import { evaluate } from './evaluate.ts';
import { fail } from './jinja-error.ts';
import type { Runtime } from './library/native.ts';
import type { Scope } from './scope.ts';
import type { MacroBody, Statement } from './syntax/syntax-tree.ts';
import { Dict } from './values/dict.ts';
import { HostObject, Tuple, type Arguments, type Value } from './values/value.ts';

type Capture = (statements: readonly Statement[], scope: Scope, runtime: Runtime) => string;

/** A macro, or the body of a call block as its `caller`: called, it gives the text of its body. */
export function createMacro(
  name: string,
  { parameters, body }: MacroBody,
  scope: Scope,
  runtime: Runtime,
  capture: Capture,
): HostObject {
  const names = new Set(parameters.map((parameter) => parameter.name));

  const enter = ({ positional, named }: Arguments): Scope => {
    const inner = scope.inner();
    const rest = new Map(named);
    for (const [at, { name: parameter, byDefault }] of parameters.entries()) {
      if (at < positional.length && rest.has(parameter)) return fail(`'${parameter}' is given twice to '${name}'`);
      const given = at < positional.length ? positional[at] : rest.get(parameter);
      rest.delete(parameter);
      inner.set(parameter, given === undefined && byDefault ? evaluate(byDefault, inner, runtime) : given);
    }
    if (!names.has('caller')) inner.set('caller', rest.get('caller'));
    rest.delete('caller');
    inner.set('varargs', new Tuple(positional.slice(parameters.length)));
    inner.set('kwargs', new Dict(rest));
    return inner;
  };

  const attribute = (wanted: string): Value => (wanted === 'name' ? name : undefined);
  return new HostObject(name, {
    attribute,
    call: (args) => runtime.meter.nested(() => capture(body, enter(args), runtime)),
  });
}
