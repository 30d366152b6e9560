import { escapeHtml } from './escape-html.ts';
import { madeText, readText, taking, type Native } from './native.ts';

const escape: Native = taking([], (value, _, runtime) => {
  const text = readText(value, runtime);
  runtime.meter.characters(text.length);
  return madeText(escapeHtml(text), runtime);
});

/** Filters that make HTML. Nothing else escapes text: what is safe is like any other. */
export const markupFilters: readonly (readonly [string, Native])[] = [
  ['safe', taking([], (value, _, runtime) => readText(value, runtime))],
  ['escape', escape],
  ['e', escape],
  ['forceescape', escape],
];
