import { fail } from '../jinja-error.ts';
import type { Meter } from '../meter.ts';
import { order } from './compare.ts';
import { Dict } from './dict.ts';
import { floatText } from './numbers.ts';
import { typeName } from './type-name.ts';
import { elementsOf, isSequence, Namespace, type Value } from './value.ts';
import { valueOfJson } from './value-of-json.ts';

/** An escaped character takes that much longer than one that is copied. */
const stepsPerEscape = 4;

export interface JsonLayout {
  /** What each level is moved in by; undefined for one line. */
  readonly indent?: string | undefined;
  readonly itemSeparator?: string | undefined;
  readonly keySeparator?: string | undefined;
  readonly sortKeys?: boolean | undefined;
  readonly asciiOnly?: boolean | undefined;
}

/** JSON as Python's `json.dumps` writes it, by default with `ensure_ascii=False`. */
export function toJson(value: Value, layout: JsonLayout, meter: Meter): string {
  const { indent, keySeparator = ': ', sortKeys, asciiOnly } = layout;
  const itemSeparator = layout.itemSeparator ?? (indent === undefined ? ', ' : ',');

  const text = (content: string): string => {
    meter.text(content.length);
    if (asciiOnly) meter.step(content.length * stepsPerEscape);
    const json = JSON.stringify(content);
    return asciiOnly ? json.replaceAll(/[\u0080-\uFFFF]/g, unicodeEscape) : json;
  };
  const enclose = (open: string, items: readonly string[], close: string, inner: string, outer: string): string => {
    if (items.length === 0) return open + close;
    const [before, between, after] =
      indent === undefined ? ['', itemSeparator, ''] : [`\n${inner}`, `${itemSeparator}\n${inner}`, `\n${outer}`];
    const json = `${open}${before}${items.join(between)}${after}${close}`;
    meter.text(json.length);
    return json;
  };
  const write = (part: Value, outer: string): string => {
    meter.step();
    const inner = indent === undefined ? '' : outer + indent;
    if (typeof part === 'string') return text(part);
    if (part === null || typeof part === 'boolean') return String(part);
    if (typeof part === 'bigint') return String(part);
    if (typeof part === 'number') return floatJson(part);
    if (isSequence(part)) {
      return enclose(
        '[',
        elementsOf(part).map((item) => write(item, inner)),
        ']',
        inner,
        outer,
      );
    }
    if (part instanceof Dict || part instanceof Namespace) {
      const entries: (readonly [Value, Value])[] = [...(part instanceof Dict ? part.entries() : part.attributes)];
      if (sortKeys) entries.sort(([a], [b]) => order(a, b, meter));
      const pairs = entries.map(([key, entry]) => text(keyText(key)) + keySeparator + write(entry, inner));
      return enclose('{', pairs, '}', inner, outer);
    }
    return fail(`an ${typeName(part)} has no JSON`);
  };
  return write(value, '');
}

/** The value of a JSON text that a template has. */
export function parseJson(text: string, meter: Meter): Value {
  meter.fits(text.length);
  meter.step(text.length);
  try {
    return valueOfJson(text);
  } catch (cause) {
    if (!(cause instanceof SyntaxError)) throw cause;
    return fail('from_json was given text that is not JSON');
  }
}

function keyText(key: Value): string {
  if (typeof key === 'string') return key;
  if (key === null || typeof key === 'boolean' || typeof key === 'bigint') return String(key);
  return typeof key === 'number' ? floatJson(key) : fail(`a ${typeName(key)} cannot be a key in JSON`);
}

function floatJson(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? 'Infinity' : '-Infinity';
  return floatText(value);
}

function unicodeEscape(unit: string): string {
  return String.raw`\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
}
