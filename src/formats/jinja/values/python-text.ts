import type { Meter } from '../meter.ts';
import { Dict } from './dict.ts';
import { floatText } from './numbers.ts';
import { HostObject, Namespace, Tuple, type Value } from './value.ts';

/** Python's `str()`: what `{{ value }}` prints. */
export function toText(value: Value, meter: Meter): string {
  return typeof value === 'string' ? value : value === undefined ? '' : toRepr(value, meter);
}

/** Python's `repr()`: how a value reads inside a list. */
export function toRepr(value: Value, meter: Meter): string {
  meter.step();
  switch (typeof value) {
    case 'string':
      return quoted(value, meter);
    case 'boolean':
      return value ? 'True' : 'False';
    case 'bigint':
      return String(value);
    case 'number':
      return floatText(value);
    case 'undefined':
      return 'Undefined';
    default:
  }
  if (value === null) return 'None';
  const all = (items: readonly Value[]) => items.map((item) => toRepr(item, meter)).join(', ');
  if (Array.isArray(value)) return measured(`[${all(value)}]`, meter);
  if (value instanceof Tuple) return measured(`(${all(value.items)}${value.items.length === 1 ? ',' : ''})`, meter);
  if (value instanceof HostObject) return `<${value.name}>`;
  const entries = value instanceof Namespace ? value.attributes.entries() : value.entries();
  const pairs = [...entries].map(([key, entry]) => `${toRepr(key, meter)}: ${toRepr(entry, meter)}`).join(', ');
  return measured(value instanceof Dict ? `{${pairs}}` : `<Namespace {${pairs}}>`, meter);
}

function measured(text: string, meter: Meter): string {
  meter.text(text.length);
  return text;
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['\n', String.raw`\n`],
  ['\t', String.raw`\t`],
  ['\r', String.raw`\r`],
  ['\\', '\\\\'],
]);

const escaping = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\\']/u;

/** Single quotes, unless the text has such and no double ones. */
function quoted(text: string, meter: Meter): string {
  meter.text(text.length);
  const quote = text.includes("'") && !text.includes('"') ? '"' : "'";
  if (escaping.test(text)) meter.characters(text.length);
  const inner = text.replaceAll(new RegExp(escaping, 'gu'), (character) => {
    if (character === "'") return quote === "'" ? String.raw`\'` : character;
    return escapes.get(character) ?? escaped(character);
  });
  return measured(`${quote}${inner}${quote}`, meter);
}

function escaped(character: string): string {
  const code = character.codePointAt(0) as number;
  const hex = code.toString(16);
  if (code < 0x1_00) return String.raw`\x${hex.padStart(2, '0')}`;
  return code < 0x1_00_00 ? String.raw`\u${hex.padStart(4, '0')}` : String.raw`\U${hex.padStart(8, '0')}`;
}
