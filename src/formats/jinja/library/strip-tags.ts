import type { Meter } from '../meter.ts';
import { splitWords } from '../whitespace.ts';
import { unescapeHtml } from './unescape-html.ts';

/** Text without comments and tags, each run of white space one space, references as what they stand for. */
export function stripTags(text: string, meter: Meter): string {
  meter.characters(text.length);
  return unescapeHtml(splitWords(withoutTags(withoutComments(text, meter))).join(' '));
}

function withoutComments(text: string, meter: Meter): string {
  let rest = text;
  for (let from = 0; ;) {
    const start = rest.indexOf('<!--', from);
    const end = start < 0 ? -1 : rest.indexOf('-->', start);
    if (end < 0) return rest;
    meter.text(rest.length);
    rest = rest.slice(0, start) + rest.slice(end + '-->'.length);
    // What stood around a comment may make another.
    from = Math.max(0, start - '<!--'.length);
  }
}

function withoutTags(text: string): string {
  let kept = '';
  for (let from = 0; ;) {
    const start = text.indexOf('<', from);
    const end = start < 0 ? -1 : text.indexOf('>', start);
    if (end < 0) return kept + text.slice(from);
    kept += text.slice(from, start);
    from = end + 1;
  }
}
