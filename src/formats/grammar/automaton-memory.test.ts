import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, it } from 'vitest';
import { compileGbnf } from './compile-gbnf.ts';
import { GrammarAutomaton } from './grammar-automaton.ts';
import { StateBudget } from './state-budget.ts';

it('what automata remember is within the budget, also where every byte was asked for everywhere', () => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const budget = new StateBudget(100_000);
  const automata: GrammarAutomaton[] = [];
  collect();
  const before = process.memoryUsage().heapUsed;
  while (budget.epoch === 0) {
    const automaton = new GrammarAutomaton(compileGbnf(`root ::= "${'xy'.repeat(400)}${automata.length}"`), budget);
    automata.push(automaton);
    let state = automaton.start;
    for (let at = 0; at < 800 && budget.epoch === 0; at++) {
      for (let byte = 0; byte < 256; byte++) automaton.step(state, byte);
      state = automaton.step(state, at % 2 === 0 ? 120 : 121) ?? state;
    }
  }
  collect();

  // A hundred bytes or so for each step.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(15e6);
  expect(automata.length).toBeGreaterThan(2);
});
