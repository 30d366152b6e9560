import { fail } from '../jinja-error.ts';
import type { Value } from '../values/value.ts';
import { splitWords } from '../whitespace.ts';
import { countArgument, textArgument, type Runtime } from './native.ts';

/** Python's `str.split`: at white space, or at each separator, from the left. */
export function split(text: string, [sep, most]: readonly Value[], { meter }: Runtime): string[] {
  const limit = limitOf(most);
  if (sep === undefined || sep === null) {
    meter.characters(text.length);
    return splitWords(text, limit);
  }
  const parts = text.split(separatorOf(sep));
  meter.step(parts.length);
  return parts.length <= limit + 1 ? parts : [...parts.slice(0, limit), parts.slice(limit).join(separatorOf(sep))];
}

/** Python's `str.rsplit`: where it may split only so often, it does so from the right. */
export function splitFromEnd(text: string, [sep, most]: readonly Value[], runtime: Runtime): string[] {
  const limit = limitOf(most);
  if (sep === undefined || sep === null) {
    if (limit === Infinity) return split(text, [], runtime);
    runtime.meter.characters(text.length * 2);
    return split(reversed(text), [undefined, most], runtime).map(reversed).toReversed();
  }
  const parts = split(text, [sep], runtime);
  if (parts.length <= limit + 1) return parts;
  return [parts.slice(0, parts.length - limit).join(separatorOf(sep)), ...parts.slice(parts.length - limit)];
}

function limitOf(most: Value): number {
  const limit = countArgument(most, -1);
  return limit < 0 ? Infinity : limit;
}

function separatorOf(sep: Value): string {
  return textArgument(sep) || fail('the separator is empty');
}

function reversed(text: string): string {
  return Array.from(text).toReversed().join('');
}
