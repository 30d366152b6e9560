import { fail } from '../jinja-error.ts';
import { lengthOf } from '../values/characters.ts';
import { iterate } from '../values/iterate.ts';
import { readSlice } from '../values/subscript.ts';
import { Tuple, type Value } from '../values/value.ts';
import { strip, stripEnd, stripStart } from '../whitespace.ts';
import { formatFields } from './format-fields.ts';
import { countArgument, madeText, taking, textArgument, type Native, type NativeTable } from './native.ts';
import { splitLines } from './lines.ts';
import { replaceText } from './replace-text.ts';
import { spaceBefore } from './space-before.ts';
import { split, splitFromEnd } from './split-text.ts';
import { capitalize, titleCase } from './text-case.ts';

const plain = (change: (text: string) => Value): Native<string> => taking([], (text) => change(text));

/** The same for a change that looks at each character. */
const perCharacter = (change: (text: string) => Value): Native<string> =>
  taking([], (text, _, { meter }) => {
    meter.characters(text.length);
    return change(text);
  });

/** All characters are of a kind, and there is one. */
const every = (pattern: RegExp): Native<string> => plain((text) => pattern.test(text));

const stripping = (change: typeof strip): Native<string> =>
  taking(['chars'], (text, [chars]) => {
    if (chars === undefined || chars === null) return change(text);
    const stripped = new Set(textArgument(chars));
    return change(text, (character) => stripped.has(character));
  });

const affix = (matches: (text: string, affix: string) => boolean): Native<string> =>
  taking(['affix', 'start', 'end'], (text, [given, start, end], { meter }) => {
    const part = start === undefined && end === undefined ? text : (readSlice(text, [start, end], meter) as string);
    const candidates = given instanceof Tuple ? given.items : [given];
    return candidates.some((candidate) => matches(part, textArgument(candidate)));
  });

const searching = (find: (text: string, part: string) => number, isRequired = false): Native<string> =>
  taking(['sub', 'start', 'end'], (text, [sub, start, end], { meter }) => {
    const part = start === undefined && end === undefined ? text : (readSlice(text, [start, end], meter) as string);
    const at = find(part, textArgument(sub));
    if (at < 0) return isRequired ? fail('the text was not found') : -1n;
    const skipped = countArgument(start, 0);
    return BigInt(lengthOf(part.slice(0, at)) + (skipped < 0 ? Math.max(0, lengthOf(text) + skipped) : skipped));
  });

const padding = (share: (missing: number, width: number) => number): Native<string> =>
  taking(['width', 'fill'], (text, [width, fill], runtime) => {
    const wanted = countArgument(width, 0);
    const missing = Math.max(0, wanted - lengthOf(text));
    runtime.meter.text(text.length + missing);
    const before = share(missing, wanted);
    const filler = textArgument(fill, ' ');
    return filler.repeat(before) + text + filler.repeat(missing - before);
  });

const partition = (find: (text: string, part: string) => number, isLast: boolean): Native<string> =>
  taking(['sep'], (text, [sep]) => {
    const separator = textArgument(sep);
    const at = find(text, separator);
    if (at < 0) return new Tuple(isLast ? ['', '', text] : [text, '', '']);
    return new Tuple([text.slice(0, at), separator, text.slice(at + separator.length)]);
  });

/** The methods of Python's `str` that only read. */
export const textMethods: NativeTable<string> = new Map<string, Native<string>>([
  ['upper', plain((text) => text.toUpperCase())],
  ['lower', plain((text) => text.toLowerCase())],
  ['casefold', plain((text) => text.toLowerCase())],
  ['title', perCharacter(titleCase)],
  ['capitalize', plain(capitalize)],
  ['swapcase', perCharacter(swapCase)],
  ['strip', stripping(strip)],
  ['lstrip', stripping(stripStart)],
  ['rstrip', stripping(stripEnd)],
  ['startswith', affix((text, prefix) => text.startsWith(prefix))],
  ['endswith', affix((text, suffix) => text.endsWith(suffix))],
  [
    'removeprefix',
    taking(['prefix'], (text, [prefix]) =>
      text.startsWith(textArgument(prefix)) ? text.slice(textArgument(prefix).length) : text,
    ),
  ],
  [
    'removesuffix',
    taking(['suffix'], (text, [suffix]) =>
      text.endsWith(textArgument(suffix)) ? text.slice(0, text.length - textArgument(suffix).length) : text,
    ),
  ],
  ['find', searching((text, part) => text.indexOf(part))],
  ['rfind', searching((text, part) => text.lastIndexOf(part))],
  ['index', searching((text, part) => text.indexOf(part), true)],
  ['rindex', searching((text, part) => text.lastIndexOf(part), true)],
  [
    'count',
    taking(['sub'], (text, [sub]) =>
      BigInt(textArgument(sub) ? text.split(textArgument(sub)).length - 1 : lengthOf(text) + 1),
    ),
  ],
  ['split', taking(['sep', 'maxsplit'], split)],
  ['rsplit', taking(['sep', 'maxsplit'], splitFromEnd)],
  ['splitlines', taking(['keepends'], (text, [keepends], { meter }) => splitLines(text, keepends === true, meter))],
  ['partition', partition((text, part) => text.indexOf(part), false)],
  ['rpartition', partition((text, part) => text.lastIndexOf(part), true)],
  [
    'replace',
    taking(['old', 'new', 'count'], (text, [from, to, count], runtime) =>
      replaceText(text, textArgument(from), textArgument(to), countArgument(count, -1), runtime),
    ),
  ],
  [
    'join',
    taking(['iterable'], (text, [items], runtime) => {
      const parts = iterate(items, runtime.meter).map((item) => textArgument(item));
      const length = parts.reduce((sum, part) => sum + part.length + text.length, 0);
      runtime.meter.text(length);
      return parts.join(text);
    }),
  ],
  ['format', (text, args, runtime) => madeText(formatFields(text, args, runtime), runtime)],
  ['center', padding(spaceBefore)],
  ['ljust', padding(() => 0)],
  ['rjust', padding((missing) => missing)],
  [
    'zfill',
    taking(['width'], (text, [width], { meter }) => {
      const wanted = countArgument(width, 0);
      meter.text(Math.max(wanted, text.length));
      const sign = /^[-+]/.exec(text)?.[0] ?? '';
      return sign + text.slice(sign.length).padStart(wanted - sign.length, '0');
    }),
  ],
  ['isdigit', every(/^\p{Nd}+$/u)],
  ['isdecimal', every(/^\p{Nd}+$/u)],
  ['isnumeric', every(/^\p{N}+$/u)],
  ['isalpha', every(/^\p{L}+$/u)],
  ['isalnum', every(/^[\p{L}\p{N}]+$/u)],
  ['isspace', plain((text) => text !== '' && strip(text) === '')],
  ['isupper', plain((text) => text === text.toUpperCase() && text !== text.toLowerCase())],
  ['islower', plain((text) => text === text.toLowerCase() && text !== text.toUpperCase())],
]);

function swapCase(text: string): string {
  return text.replaceAll(/\p{L}/gu, (letter) =>
    letter === letter.toUpperCase() ? letter.toLowerCase() : letter.toUpperCase(),
  );
}
