import { answerGrammar, type AnswerGrammar, type GrammarOrder } from '../../../formats/answer-grammar.ts';
import { compileChatTemplate } from '../../../formats/chat-template.ts';
import { fallback } from '../../../formats/families/json-in-tags.ts';
import { readGbnf } from '../../../formats/grammar/read-gbnf.ts';
import { writeGbnf } from '../../../formats/grammar/write-gbnf.ts';
import type { OutputFormat } from '../../../formats/output-format.ts';
import { recogniseFormat } from '../../../formats/recognise-format.ts';
import { probeThinking } from '../../../formats/thinking-control.ts';

/** What an answer has to be, of a model that has this chat template. */
export interface HeldOrder extends Omit<GrammarOrder, 'format'> {
  readonly template: string;
}

/** A grammar in llama.cpp's syntax, and how what it permits is read. */
export interface HeldGrammar extends Pick<AnswerGrammar, 'relaxed' | 'content'> {
  readonly grammar: string;
  readonly format: OutputFormat;
}

/** How models of this template write answers: with reasoning only where they were taught to. */
export function formatOf(source: string, callsTools: boolean): OutputFormat {
  const recognised = recogniseFormat(source);
  const texts = { bosText: '', eosText: '', controlTexts: [], userDefinedTexts: [] };
  const template = compileChatTemplate({ source, ...texts });
  const format =
    callsTools && !template.capabilities.supportsTools
      ? { ...fallback, ...(recognised.reasoning && { reasoning: recognised.reasoning }) }
      : recognised;
  const { reasons } = probeThinking(template, recognised, source);
  return reasons ? format : { ...format, reasoning: undefined };
}

/** Writes the grammar of an order. Throws as `answerGrammar` does. */
export function writeHeldGrammar({ template, ...order }: HeldOrder): HeldGrammar {
  const format = formatOf(template, order.tools.length > 0);
  const { text, given, relaxed, content } = answerGrammar({ ...order, format });
  // What stands in a client's grammar is read and written anew: the server ends itself at some texts.
  const grammar = given === undefined ? text : writeGbnf(readGbnf(text, given), new Map([['root', 'root']]), 'r');
  return { grammar, format, relaxed, content };
}
