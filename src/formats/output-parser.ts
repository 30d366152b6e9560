import { overlap } from '../lib/overlap.ts';
import { createAnswerParser, type AnswerParser, type AnswerPart } from './answer-parser.ts';
import type { CallTrigger } from './call-grammar.ts';
import type { OutputFormat } from './output-format.ts';
import type { OutputFrame } from './output-frame.ts';
import type { ToolDefinition } from './tool-definition.ts';

interface OutputParserOptions {
  readonly frame: OutputFrame;
  /** Whether white space before the content means nothing. */
  readonly allowsGap: boolean;
  /** What calls begin with, where calls may come in place of content, and the functions offered. */
  readonly calls?: { readonly trigger: CallTrigger; readonly tools: readonly ToolDefinition[] } | undefined;
}

/**
 * Reads an answer that a grammar of `outputGrammar` holds. Unlike in a free answer it is certain where the content begins,
 * and from there on all is content to the last character, whatever it looks like.
 */
export function createOutputParser(
  format: OutputFormat,
  { frame, allowsGap, calls }: OutputParserOptions,
): AnswerParser {
  let phase: 'start' | 'reasoning' | 'opening' | 'content' | 'calls' = 'start';
  let held = '';
  let hasReasoned = false;
  let openings = frame.opening.texts;
  let rest: AnswerParser | undefined;

  /** Whether what is held begins with a text; undefined while it may still. */
  const begins = (text: string, isEnd: boolean): boolean | undefined => {
    if (held.startsWith(text)) return true;
    return !isEnd && text.startsWith(held) ? undefined : false;
  };
  const skipGap = () => {
    if (allowsGap) held = held.trimStart();
  };
  /** Takes one step; false when it needs more text. */
  const step = (parts: AnswerPart[], isEnd: boolean): boolean => {
    switch (phase) {
      case 'start': {
        const isReasoning = frame.reasoning === undefined ? false : begins(frame.reasoning.open, isEnd);
        if (isReasoning === undefined) return false;
        if (isReasoning) held = held.slice(frame.reasoning?.open.length);
        phase = isReasoning ? 'reasoning' : 'opening';
        return true;
      }
      case 'reasoning':
        return reason(parts, isEnd);
      case 'opening': {
        // A header may begin with a space of its own.
        if (!frame.opening.isRequired || openings.length === 0) skipGap();
        if (held === '') return false;
        const found = openings.findIndex((text) => begins(text, isEnd) !== false);
        const opening = openings[found];
        if (opening !== undefined) {
          if (begins(opening, isEnd) === undefined) return false;
          held = held.slice(opening.length);
          openings = openings.slice(found + 1);
          return true;
        }
        const isCall = calls === undefined ? false : beginsCall(held, calls.trigger, format, isEnd);
        if (isCall === undefined) return false;
        phase = isCall ? 'calls' : 'content';
        return true;
      }
      case 'content':
        if (held !== '') parts.push({ kind: 'content', text: held });
        held = '';
        return false;
      case 'calls':
        rest ??= createAnswerParser(format, {
          tools: calls?.tools ?? [],
          promptEnd: format.messages ? `${format.messages.start}assistant` : (format.reasoning?.close ?? ''),
          separatesReasoning: true,
        });
        parts.push(...rest.push(held));
        held = '';
        return false;
      default:
        return phase satisfies never;
    }
  };
  const reason = (parts: AnswerPart[], isEnd: boolean): boolean => {
    const close = frame.reasoning?.close ?? '';
    const at = held.indexOf(close);
    const sure = at >= 0 ? at : isEnd ? held.length : held.length - overlap(held, close);
    // White space around reasoning is no part of it; at its end it waits for what follows.
    const text = hasReasoned ? held.slice(0, sure).trimEnd() : held.slice(0, sure).trim();
    if (text !== '') parts.push({ kind: 'reasoning', text });
    held =
      at >= 0
        ? held.slice(at + close.length)
        : text === '' && !hasReasoned
          ? held.trimStart()
          : held.slice(held.indexOf(text) + text.length);
    hasReasoned ||= text !== '';
    if (at >= 0) phase = 'opening';
    return at >= 0;
  };
  const read = (isEnd: boolean) => {
    const parts: AnswerPart[] = [];
    while (step(parts, isEnd));
    return parts;
  };
  return {
    push(text) {
      held += text;
      return read(false);
    },
    end(how) {
      // A mark that a limit cut is no content.
      const isCutMark =
        phase === 'opening' && how === 'cut' && held !== '' && openings.some((text) => text.startsWith(held));
      if (isCutMark || (phase === 'start' && how === 'cut')) held = '';
      const parts = read(true);
      return [...parts, ...(rest?.end(how) ?? [])];
    },
  };
}

/** Whether a text begins a call; undefined while it may still. */
function beginsCall(
  text: string,
  { texts, opensAnswer }: CallTrigger,
  { beforeCalls = [] }: OutputFormat,
  isEnd: boolean,
): boolean | undefined {
  const bare = (each: string) => (opensAnswer ? each.replaceAll(/\s/g, '') : each.trimStart());
  const seen = bare(text);
  const openings = [...texts, ...beforeCalls].map(bare);
  if (openings.some((opening) => seen.startsWith(opening))) return true;
  return !isEnd && openings.some((opening) => opening.startsWith(seen)) ? undefined : false;
}
