import { fail } from '../jinja-error.ts';
import { iterate } from '../values/iterate.ts';
import { isTrue } from '../values/truth.ts';
import type { Arguments, Value } from '../values/value.ts';
import { attributePath } from './attribute-path.ts';
import { bind, textArgument, type Native, type Runtime } from './native.ts';

/** Filters that apply another filter or test to each element. */
export const selectFilters: readonly (readonly [string, Native])[] = [
  ['map', map],
  ['select', choosing({ byAttribute: false, keeps: true })],
  ['reject', choosing({ byAttribute: false, keeps: false })],
  ['selectattr', choosing({ byAttribute: true, keeps: true })],
  ['rejectattr', choosing({ byAttribute: true, keeps: false })],
];

/** `map('upper')` applies a filter, `map(attribute='name')` reads an attribute. */
function map(value: Value, args: Arguments, runtime: Runtime): Value {
  const elements = elementsIn(value, runtime);
  if (args.named.has('attribute')) {
    const [attribute, otherwise] = bind(args, ['attribute', 'default']);
    return elements.map(attributePath(attribute, runtime.meter, otherwise));
  }
  const [filter, ...positional] = args.positional;
  if (filter === undefined) return fail('map needs a filter or an attribute');
  return elements.map((element) =>
    runtime.applyFilter(textArgument(filter), element, { positional, named: args.named }),
  );
}

/** The test may be left out: then the element, or its attribute, is asked for its truth. */
function choosing({ byAttribute, keeps }: { byAttribute: boolean; keeps: boolean }): Native {
  return (value, args, runtime) => {
    const [attribute, rest] = byAttribute
      ? [args.positional[0] ?? fail('needs the name of an attribute'), args.positional.slice(1)]
      : [undefined, args.positional];
    const read = attributePath(attribute, runtime.meter);
    const [test, ...positional] = rest;
    return elementsIn(value, runtime).filter((element) => {
      const asked = read(element);
      const holds =
        test === undefined
          ? isTrue(asked)
          : runtime.applyTest(textArgument(test), asked, { positional, named: args.named });
      return holds === keeps;
    });
  };
}

/** Unlike other filters these take what is false, such as None, for empty. */
function elementsIn(value: Value, { meter }: Runtime): readonly Value[] {
  return isTrue(value) ? iterate(value, meter) : [];
}
