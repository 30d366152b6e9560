import type { Meter } from '../meter.ts';
import { readItem } from '../values/subscript.ts';
import type { Value } from '../values/value.ts';
import { fail } from '../jinja-error.ts';

/** The reader for a filter's `attribute=`: `'a.b'`, `'a.0'` or an index; without one, the element itself. */
export function attributePath(attribute: Value, meter: Meter, otherwise?: Value): (element: Value) => Value {
  if (attribute === undefined || attribute === null) return (element) => element;
  if (typeof attribute !== 'string' && typeof attribute !== 'bigint') return fail('an attribute is a name or an index');
  const parts: Value[] =
    typeof attribute === 'bigint'
      ? [attribute]
      : attribute.split('.').map((part) => (/^\d+$/.test(part) ? BigInt(part) : part));
  return (element) => {
    meter.step(parts.length);
    return parts.reduce<Value>((value, part) => readItem(value, part, meter), element) ?? otherwise;
  };
}
