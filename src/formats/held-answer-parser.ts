import type { AnswerGrammar } from './answer-grammar.ts';
import { createAnswerParser, type AnswerParser, type ParserOptions } from './answer-parser.ts';
import type { OutputFormat } from './output-format.ts';
import { outputFrameOf } from './output-frame.ts';
import { createOutputParser } from './output-parser.ts';

interface Held {
  /** How the model writes if nothing holds it. */
  readonly format: OutputFormat;
  /** The format that the grammar was written for. */
  readonly written: OutputFormat;
  /** What the grammar holds content to, if there is one that does. */
  readonly content: AnswerGrammar['content'];
}

/** Reads an answer that may be held by a grammar. */
export function createHeldAnswerParser({ format, written, content }: Held, options: ParserOptions): AnswerParser {
  if (content === undefined) return createAnswerParser(format, options);
  const { allowsGap, callTrigger } = content;
  const calls = callTrigger && { trigger: callTrigger, tools: options.tools };
  return createOutputParser(written, { frame: outputFrameOf(written, options.promptEnd), allowsGap, calls });
}
