import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../test/formats/collect-answer.ts';
import { accepts } from './automaton.ts';
import { compileSearch, compileWhole } from './compile-regex.ts';
import { Budget } from './limits.ts';
import { parseRegex } from './parse-regex.ts';

const anchored = [
  '^a$',
  'a$',
  '^a',
  '^^a$$',
  '(^a$)',
  '^(?:a|b$)$',
  '^a|b$',
  'a|^$',
  'a^b',
  'a$b',
  '(?:^|b)a(?:$|b)',
  '(?:^a)+',
];
const texts = ['', 'a', 'b', 'ab', 'ba', 'aab', 'abab', 'c', 'é', '😀', '\n', 'a\nb', '^', '$', 'a$', ' 1', '😀a'];

describe('an expression finds what the language of the web finds', () => {
  const atoms = ['a', 'b', '.', '^', '$', '\\d', '\\S', '[^a]', '[a-b]', '\\n', 'é', '😀', '\\$'];

  it.each([...anchored, ...randomExpressions(atoms, 150)])('%s', (source) => {
    const tree = parseRegex(source);
    const [whole, search] = [compileWhole(tree, new Budget()), compileSearch(tree, new Budget())];
    const found = (automaton: typeof whole, text: string) => automaton.length > 0 && accepts(automaton, text);

    expect(texts.filter((text) => found(whole, text))).toEqual(matched(`^(?:${source})$`));
    expect(texts.filter((text) => found(search, text))).toEqual(matched(source));
  });
});

function matched(source: string): string[] {
  // oxlint-disable-next-line security/detect-non-literal-regexp -- the oracle
  const expression = new RegExp(source, 'u');
  return texts.filter((text) => expression.test(text));
}

/** Anchors take no quantifier; one after another they may stand, but not the end before the beginning. */
function randomExpressions(atoms: readonly string[], count: number): string[] {
  const random = createRandom(12);
  const pick = <T>(items: readonly T[]): T => items[Math.floor(random() * items.length)] as T;
  const part = () => {
    const atom = pick(atoms);
    return atom === '^' || atom === '$' ? atom : atom + pick(['', '', '*', '+', '?', '{2}']);
  };
  const sequence = () => Array.from({ length: 1 + Math.floor(random() * 3) }, part).join('');
  return Array.from({ length: count }, () =>
    pick([sequence(), `${sequence()}|${sequence()}`, `(${sequence()})+b?`]),
  ).filter((source) => !/\$[^|]*\^|^\([$^]\)/.test(source));
}
