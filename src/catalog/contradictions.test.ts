import { describe, expect, it } from 'vitest';
import type { ModelCard } from './card.ts';
import { findContradictions } from './contradictions.ts';

function read(id: string, more: Partial<ModelCard> = {}): { file: string; card: ModelCard } {
  return {
    file: `${id}.json`,
    card: { id, publisher: 'p', family: 'f', sources: { general: ['id'] }, ...more },
  };
}

describe('cards contradict each other', () => {
  it.each([
    ['in an id', [read('a/x'), read('a/x')], /Another card has the id `a\/x` too/],
    ['in an alias', [read('a/x', { aliases: ['N'] }), read('a/y', { aliases: ['n'] })], /`n` is `a\/x`'s already/],
    ['in weights', [read('a/x', { weights: 'h/w' }), read('a/y', { weights: 'H/W' })], /`h\/w` is `a\/x`'s already/],
    ['in an alias that is an id', [read('a/x'), read('a/y', { aliases: ['A/X'] })], /`a\/x` is `a\/x`'s already/],
    ['in a successor', [read('a/x', { retired: { successor: 'a/z' } })], /successor `a\/z` has no card/],
  ])('%s', (_, cards, problem) => {
    expect(findContradictions(cards)).toEqual([{ file: cards.at(-1)?.file, problem: expect.stringMatching(problem) }]);
  });

  it('nowhere where names differ, successors are known, and one has its name twice', () => {
    const cards = [read('a/x', { weights: 'A/X', retired: { successor: 'b/known' } }), read('a/y', { aliases: ['z'] })];

    expect(findContradictions(cards, [read('b/known').card])).toEqual([]);
  });
});
