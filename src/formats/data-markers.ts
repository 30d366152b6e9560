import { randomUUID } from 'node:crypto';
import { isJsonText } from '../lib/is-json-text.ts';
import { closingQuote } from '../lib/json-scan.ts';

/** A piece of a rendered prompt: text of the template, whose special tokens count, or text that must stay data. */
export interface PromptSegment {
  readonly text: string;
  readonly isData: boolean;
}

/** Hides texts in what users write before a template sees it, and finds them again in what it rendered. */
export interface DataMarkers {
  /** The text with every match replaced by a marker. */
  protect(text: string, pattern: RegExp | undefined): string;
  /** The same for what the texts and keys of a JSON text say, however they are spelled; plain text where it is none. */
  protectJson(json: string, pattern: RegExp | undefined): string;
  /** The same for every text and key inside plain data. */
  protectAll(data: unknown, pattern: RegExp | undefined): unknown;
  split(rendered: string): PromptSegment[];
}

/** Matches any of these texts, the longest first. */
export function matcher(texts: readonly string[]): RegExp | undefined {
  const alternatives = texts
    .filter((text) => text.length > 1)
    .toSorted((a, b) => b.length - a.length)
    .map((text) => text.replaceAll(/[.*+?^${}()|[\]\\/-]/g, String.raw`\$&`));
  return alternatives.length > 0 ? new RegExp(alternatives.join('|'), 'g') : undefined;
}

/** Markers are private-use characters around a number; a nonce that nobody can guess keeps users from writing one. */
export function createDataMarkers(): DataMarkers {
  const nonce = randomUUID();
  const hidden: string[] = [];
  const markers = new Map<string, string>();

  /** The same marker for the same text: what was equal is equal still. */
  const markerOf = (text: string): string => {
    const known = markers.get(text);
    if (known !== undefined) return known;
    const marker = `\uE000${nonce}:${hidden.push(text) - 1}\uE001`;
    markers.set(text, marker);
    return marker;
  };
  const protect = (text: string, pattern: RegExp | undefined): string =>
    pattern ? text.replace(pattern, markerOf) : text;
  const protectJson = (json: string, pattern: RegExp | undefined): string => {
    // Without an escape every text stands there as it is.
    if (!json.includes('\\') || !isJsonText(json)) return protect(json, pattern);
    return byLiteral(json, (literal) => {
      if (!literal.includes('\\')) return protect(literal, pattern);
      const text = JSON.parse(literal) as string;
      const shown = protect(text, pattern);
      return shown === text ? literal : JSON.stringify(shown);
    });
  };
  const protectAll = (data: unknown, pattern: RegExp | undefined): unknown => {
    if (typeof data === 'string') return protect(data, pattern);
    if (Array.isArray(data)) return data.map((item) => protectAll(item, pattern));
    if (typeof data !== 'object' || data === null) return data;
    return Object.fromEntries(
      Object.entries(data).map(([key, value]) => [protect(key, pattern), protectAll(value, pattern)]),
    );
  };

  return {
    protect,
    protectJson,
    protectAll,
    split: (rendered) => {
      if (hidden.length === 0) return [{ text: rendered, isData: false }];
      // A template may write JSON in ASCII only, which spells the marker out.
      return rendered
        .split(new RegExp(String.raw`(?:\uE000|\\ue000)${nonce}:(\d+)(?:\uE001|\\ue001)`))
        .map((text, at) =>
          at % 2 === 1 ? { text: hidden[Number(text)] ?? '', isData: true } : { text, isData: false },
        )
        .filter((segment) => segment.text !== '');
    },
  };
}

/** A JSON text with each text and key in it, quotes included, replaced. */
function byLiteral(json: string, replaced: (literal: string) => string): string {
  const pieces: string[] = [];
  let from = 0;
  for (let at = json.indexOf('"'); at >= 0; at = json.indexOf('"', from)) {
    const end = closingQuote(json, at + 1) + 1;
    pieces.push(json.slice(from, at), replaced(json.slice(at, end)));
    from = end;
  }
  return pieces.join('') + json.slice(from);
}
