import { fail } from '../jinja-error.ts';
import { lengthOf } from '../values/characters.ts';
import { Dict } from '../values/dict.ts';
import { isTrue } from '../values/truth.ts';
import { Tuple, type Value } from '../values/value.ts';
import { strip } from '../whitespace.ts';
import { formatDirectives } from './format-fields.ts';
import { splitLines } from './lines.ts';
import { countArgument, madeText, readText, taking, textArgument, type Native, type Runtime } from './native.ts';
import { replaceText } from './replace-text.ts';
import { spaceBefore } from './space-before.ts';
import { capitalize, titleWords } from './text-case.ts';

const plain = (change: (text: string) => string): Native =>
  taking([], (value, _, runtime) => madeText(change(readText(value, runtime)), runtime));

/** The same for a change that looks at each character. */
const perCharacter = (change: (text: string) => string): Native =>
  taking([], (value, _, runtime) => {
    const text = readText(value, runtime);
    runtime.meter.characters(text.length);
    return madeText(change(text), runtime);
  });

/** Filters that make text. They take any value, by its text; what is undefined is empty. */
export const textFilters: readonly (readonly [string, Native])[] = [
  ['string', plain((text) => text)],
  ['upper', plain((text) => text.toUpperCase())],
  ['lower', plain((text) => text.toLowerCase())],
  ['capitalize', plain(capitalize)],
  ['title', perCharacter(titleWords)],
  ['trim', taking(['chars'], trim)],
  ['replace', taking(['old', 'new', 'count'], replace)],
  ['indent', taking(['width', 'first', 'blank'], indent)],
  ['truncate', taking(['length', 'killwords', 'end', 'leeway'], truncate)],
  ['center', taking(['width'], center)],
  [
    'wordcount',
    taking([], (value, _, runtime) => {
      const text = readText(value, runtime);
      runtime.meter.characters(text.length);
      return BigInt(text.match(/[\p{L}\p{N}_]+/gu)?.length ?? 0);
    }),
  ],
  [
    'format',
    (value, { positional, named }, runtime) => {
      if (named.size > 0 && positional.length > 0) return fail('format takes values by place or by name, not both');
      const given = named.size > 0 ? new Dict(named) : new Tuple(positional);
      return madeText(formatDirectives(readText(value, runtime), given, runtime.meter), runtime);
    },
  ],
];

function trim(value: Value, [chars]: readonly Value[], runtime: Runtime): string {
  const text = readText(value, runtime);
  if (chars === undefined || chars === null) return strip(text);
  const stripped = new Set(textArgument(chars));
  return strip(text, (character) => stripped.has(character));
}

function replace(value: Value, [from, to, count]: readonly Value[], runtime: Runtime): string {
  return replaceText(
    readText(value, runtime),
    readText(from, runtime),
    readText(to, runtime),
    countArgument(count, -1),
    runtime,
  );
}

function indent(value: Value, [width, first, blank]: readonly Value[], runtime: Runtime): string {
  const { meter } = runtime;
  const columns = typeof width === 'string' ? width.length : countArgument(width, 4);
  meter.text(columns);
  const margin = typeof width === 'string' ? width : ' '.repeat(Math.max(0, columns));
  const lines = splitLines(`${readText(value, runtime)}\n`, false, meter);
  meter.text(lines.reduce((sum, line) => sum + line.length + margin.length + 1, 0));
  return lines
    .map((line, at) => {
      const isMoved = at === 0 ? isTrue(first) : line !== '' || isTrue(blank);
      return isMoved ? margin + line : line;
    })
    .join('\n');
}

function truncate(value: Value, [length, killwords, end, leeway]: readonly Value[], runtime: Runtime): string {
  const text = readText(value, runtime);
  const most = countArgument(length, 255);
  const ending = textArgument(end, '...');
  if (lengthOf(text) <= most + countArgument(leeway, 5)) return text;
  runtime.meter.characters(text.length);
  const kept = Array.from(text)
    .slice(0, Math.max(0, most - ending.length))
    .join('');
  const lastSpace = kept.lastIndexOf(' ');
  return (isTrue(killwords) || lastSpace < 0 ? kept : kept.slice(0, lastSpace)) + ending;
}

function center(value: Value, [width]: readonly Value[], runtime: Runtime): string {
  const text = readText(value, runtime);
  const wanted = countArgument(width, 80);
  const missing = Math.max(0, wanted - lengthOf(text));
  runtime.meter.text(text.length + missing);
  const before = spaceBefore(missing, wanted);
  return ' '.repeat(before) + text + ' '.repeat(missing - before);
}
