import { fail } from '../jinja-error.ts';
import type { Meter } from '../meter.ts';
import { asCount } from '../values/numbers.ts';
import { toText } from '../values/python-text.ts';
import type { Arguments, Value } from '../values/value.ts';

/** What functions of the library may use of the rendering that calls them. */
export interface Runtime {
  readonly meter: Meter;
  readonly clock: () => Date;
  applyFilter(name: string, value: Value, args: Arguments): Value;
  applyTest(name: string, value: Value, args: Arguments): boolean;
}

/** A filter, a test, or a method: the value it is about comes first. */
export type Native<Self = Value, Result = Value> = (self: Self, args: Arguments, runtime: Runtime) => Result;

/** Functions by name. A map, so that names of JavaScript's own objects find nothing. */
export type NativeTable<Self = Value, Result = Value> = ReadonlyMap<string, Native<Self, Result>>;

/** A native whose arguments may be given by place or by these names; what is not given is undefined. */
export function taking<Self, Result>(
  parameters: readonly string[],
  run: (self: Self, args: readonly Value[], runtime: Runtime) => Result,
): Native<Self, Result> {
  return (self, args, runtime) => run(self, bind(args, parameters), runtime);
}

/** Arguments in the order of the parameters. */
export function bind({ positional, named }: Arguments, parameters: readonly string[]): Value[] {
  if (positional.length > parameters.length) return fail(`takes at most ${parameters.length} arguments`);
  for (const name of named.keys()) {
    const place = parameters.indexOf(name);
    if (place < 0) return fail(`there is no argument '${name}'`);
    if (place < positional.length) return fail(`the argument '${name}' is given twice`);
  }
  return parameters.map((name, at) => (at < positional.length ? positional[at] : named.get(name)));
}

/** An argument that must be text. */
export function textArgument(value: Value, otherwise?: string): string {
  if (typeof value === 'string') return value;
  return value === undefined && otherwise !== undefined ? otherwise : fail('the argument must be text');
}

/** An argument that must be an integer. */
export function countArgument(value: Value, otherwise: number): number {
  if (value === undefined || value === null) return otherwise;
  return asCount(value) ?? fail('the argument must be an integer');
}

/** A value as text, charged for being read. */
export function readText(value: Value, { meter }: Runtime): string {
  const text = toText(value, meter);
  meter.text(text.length);
  return text;
}

/** Text that was made, charged for its length. */
export function madeText(text: string, { meter }: Runtime): string {
  meter.text(text.length);
  return text;
}
