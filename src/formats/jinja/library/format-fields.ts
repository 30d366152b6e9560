import { fail } from '../jinja-error.ts';
import type { Meter } from '../meter.ts';
import { toRepr, toText } from '../values/python-text.ts';
import { readItem } from '../values/subscript.ts';
import { Tuple, type Arguments, type Value } from '../values/value.ts';
import { formatValue } from './format-value.ts';
import type { Runtime } from './native.ts';

const longestPath = 1000;
const field = /\{\{|\}\}|\{([^{}!:]*)(?:!([rs]))?(?::([^{}]*))?\}|[{}]/g;

/** Python's `str.format`: fields in order, by number or by name, with parts and formats of their own. */
export function formatFields(text: string, args: Arguments, runtime: Runtime): string {
  let next = 0;
  return text.replaceAll(field, (whole, path?: string, conversion?: string, format?: string) => {
    runtime.meter.step();
    if (whole === '{{' || whole === '}}') return whole.charAt(0);
    if (path !== undefined && path.length > longestPath) return fail('a field of a format is too long');
    if (path === undefined) return fail(`a single ${whole} in a format`);
    const [head = '', ...parts] = path.split(/\.|\[([^\]]*)\]/).filter((part) => part !== undefined && part !== '');
    const isNumbered = /^\d*$/.test(head) && !/^[.[]/.test(path);
    const first = isNumbered ? args.positional[head === '' ? next++ : Number(head)] : args.named.get(head);
    if (first === undefined) return fail(`the format has no value for {${path}}`);
    const value = parts.reduce<Value>(
      (object, part) => readItem(object, /^\d+$/.test(part) ? BigInt(part) : part, runtime.meter),
      first,
    );
    return formatValue(conversion === 'r' ? toRepr(value, runtime.meter) : value, format ?? '', runtime.meter);
  });
}

const directive = /%(?:\((\w+)\))?([-+ #0]{0,8})(\d*)(?:\.(\d+))?([sdrifFeEgGxXoc%])/g;

/** Python's `%` on text: `'%s and %d' % (a, b)`, or `%(name)s` with a dict. */
export function formatDirectives(text: string, given: Value, meter: Meter): string {
  const values = given instanceof Tuple ? given.items : [given];
  let next = 0;
  return text.replaceAll(directive, (_, name?: string, flags = '', width = '', digits?: string, kind = 's') => {
    meter.step();
    if (kind === '%') return '%';
    if (!name && next >= values.length) return fail('the format has more places than values');
    const value = name ? readItem(given, name, meter) : values[next++];
    const shown = kind === 'r' ? toRepr(value, meter) : kind === 's' ? toText(value, meter) : value;
    const side = flags.includes('-') ? '<' : flags.includes('0') && kind !== 's' ? '' : '>';
    const sign = flags.includes('+') ? '+' : '';
    const zero = side === '' ? '0' : '';
    const precision = digits === undefined ? '' : `.${digits}`;
    return formatValue(shown, `${side}${sign}${zero}${width}${precision}${kind === 'r' ? 's' : kind}`, meter);
  });
}
