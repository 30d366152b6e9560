import { answerGrammar, blaming, type AnswerGrammar, type GrammarOrder } from '../formats/answer-grammar.ts';
import { compileGbnf, type CompiledGrammar } from '../formats/grammar/compile-gbnf.ts';
import { GrammarAutomaton } from '../formats/grammar/grammar-automaton.ts';
import { StateBudget } from '../formats/grammar/state-budget.ts';

/** A grammar that is ready to be followed. */
export interface WrittenGrammar extends Omit<AnswerGrammar, 'text' | 'given'> {
  readonly compiled: CompiledGrammar;
}

/** Makes a grammar of an order, as `answerGrammar` does and with its errors; one that leaves too much open is refused. */
export function writeGrammar(order: GrammarOrder): WrittenGrammar {
  const { text, given, ...rest } = answerGrammar(order);
  return { ...rest, compiled: blaming(order, () => followable(compileGbnf(text, given))) };
}

/** Throws where the first state leaves too much open. Later states are known only when it comes to them. */
function followable(compiled: CompiledGrammar): CompiledGrammar {
  const automaton = new GrammarAutomaton(compiled, new StateBudget(Infinity));
  automaton.run(automaton.start, new Uint8Array());
  return compiled;
}
