import { answerGrammar, type AnswerGrammar, type GrammarOrder } from '../../../formats/answer-grammar.ts';
import { readGbnf } from '../../../formats/grammar/read-gbnf.ts';
import { writeGbnf } from '../../../formats/grammar/write-gbnf.ts';

/** A grammar in llama.cpp's syntax, and how what it permits is read. */
export type ServerGrammar = Pick<AnswerGrammar, 'relaxed' | 'content' | 'trigger'> & { readonly grammar: string };

/** Writes the grammar of an order. Throws as `answerGrammar` does. */
export function serverGrammar(order: GrammarOrder): ServerGrammar {
  const { text, given, relaxed, content, trigger } = answerGrammar(order);
  // What stands in a client's grammar is read and written anew: the server ends itself at some texts.
  const grammar = given === undefined ? text : writeGbnf(readGbnf(text, given), new Map([['root', 'root']]), 'r');
  return { grammar, relaxed, content, trigger };
}

/** `COMMON_GRAMMAR_TRIGGER_TYPE_PATTERN`: a regular expression that is searched for in what was generated. */
const pattern = 2;

/**
 * The same as fields of a request. A grammar that waits for a mark is left out where the mark counts only in some places:
 * the server would look for it everywhere.
 */
export function grammarFields({ grammar, trigger }: ServerGrammar): Readonly<Record<string, unknown>> {
  if (trigger === undefined) return { grammar };
  if (trigger.after !== undefined || trigger.opensAnswer === true) return {};
  const triggers = trigger.texts.map((text) => ({
    type: pattern,
    value: text.replaceAll(/[\\^$.*+?()[\]{}|]/g, String.raw`\$&`),
  }));
  return { grammar, grammar_lazy: true, grammar_triggers: triggers };
}
