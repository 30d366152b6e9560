import { JinjaError } from '../jinja-error.ts';
import { stripEnd, whitespaceRun } from '../whitespace.ts';
import { createLexer, type Sign, type Token } from './lexer.ts';

/** A template is text between `{{ }}` and `{% %}`; comments are gone, white space is already as it will be shown. */
export type Piece = { readonly line: number } & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'output' | 'block'; readonly tokens: readonly Token[] }
);

/** Splits under the settings that chat templates are written for: `trim_blocks` and `lstrip_blocks` on. */
export function splitTemplate(written: string): Piece[] {
  const source = written.replaceAll(/\r\n?/g, '\n').replace(/\n$/, '');
  const lineAt = createLineCounter(source);
  const readWords = createLexer(source, lineAt);
  const opening = /\{([{%#])([-+]?)/g;
  const rawBlock = /\s*raw\s*(-?)%\}/y;
  const rawEnd = /\{%([-+]?)\s*endraw\s*([-+]?)%\}/g;
  const pieces: Piece[] = [];
  let at = 0;

  const addText = (end: number, next: 'block' | 'output', sign: Sign): void => {
    const text = source.slice(at, end);
    const shown = sign === '-' ? stripEnd(text) : next === 'block' && sign === '' ? withoutIndent(text, at) : text;
    if (shown !== '') pieces.push({ kind: 'text', text: shown, line: lineAt(at) });
  };
  /** White space before a block on its own line is the author's indentation, not the prompt's. */
  const withoutIndent = (text: string, start: number): string => {
    const lineStart = text.lastIndexOf('\n') + 1;
    const beginsLine = lineStart > 0 || start === 0 || source[start - 1] === '\n';
    return beginsLine && stripEnd(text.slice(lineStart)) === '' ? text.slice(0, lineStart) : text;
  };
  const skip = (end: number, kind: 'block' | 'output', sign: Sign): number => {
    if (sign === '-') return end + whitespaceRun(source, end);
    return kind === 'block' && sign === '' && source[end] === '\n' ? end + 1 : end;
  };
  const unclosed = (offset: number, what: string): never => {
    throw new JinjaError('syntax', `line ${lineAt(offset)}: this ${what} is never closed`);
  };

  for (;;) {
    opening.lastIndex = at;
    const found = opening.exec(source);
    if (!found) break;
    const line = lineAt(found.index);
    const kind = found[1] === '{' ? 'output' : 'block';
    addText(found.index, kind, found[2] as Sign);
    at = opening.lastIndex;

    if (found[1] === '#') {
      const close = source.indexOf('#}', found.index + 2);
      if (close < 0) unclosed(found.index, 'comment');
      const sign = source[close - 1];
      at = skip(close + 2, 'block', close > found.index + 2 && (sign === '-' || sign === '+') ? sign : '');
      continue;
    }
    rawBlock.lastIndex = at;
    const raw = kind === 'block' ? rawBlock.exec(source) : null;
    if (raw) {
      at = rawBlock.lastIndex;
      if (raw[1] === '-') at += whitespaceRun(source, at);
      rawEnd.lastIndex = at;
      const end = rawEnd.exec(source) ?? unclosed(found.index, 'raw block');
      addText(end.index, 'block', end[1] as Sign);
      at = skip(rawEnd.lastIndex, 'block', end[2] as Sign);
      continue;
    }
    const { tokens, closingSign, end } = readWords(at, kind === 'output' ? '}}' : '%}');
    pieces.push({ kind, tokens, line });
    at = skip(end, kind, closingSign);
  }
  addText(source.length, 'output', '');
  return pieces;
}

/** Gives the line of an offset, counted from one. */
function createLineCounter(source: string): (offset: number) => number {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset) => {
    let [low, high] = [0, starts.length];
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if ((starts[middle] as number) <= offset) low = middle;
      else high = middle;
    }
    return low + 1;
  };
}
