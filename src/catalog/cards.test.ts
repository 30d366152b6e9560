import { describe, expect, it } from 'vitest';
import type { ModelCard } from './card.ts';
import { createCards } from './cards.ts';

function card(id: string, more: Partial<ModelCard> = {}): ModelCard {
  return { id, publisher: 'p', family: 'f', sources: { general: ['id'] }, ...more };
}

const llama = card('meta/llama-3.3-70b-instruct', {
  weights: 'meta-llama/Llama-3.3-70B-Instruct',
  aliases: ['llama3.3:70b'],
});

describe('a card', () => {
  const cards = createCards(() => [llama, card('a/twin'), card('b/twin'), card('c/other')]);

  it.each([
    'meta/llama-3.3-70b-instruct',
    'META/Llama-3.3-70b-Instruct',
    'meta-llama/Llama-3.3-70B-Instruct',
    'meta-llama/llama-3.3-70b-instruct',
    'llama3.3:70b',
    'llama-3.3-70b-instruct',
  ])('is found as %s', (name) => {
    expect(cards.find(name)).toBe(llama);
  });

  it('is not found by a short name that two have', () => {
    expect(cards.find('twin')).toBeUndefined();
    expect(cards.find('b/twin')?.id).toBe('b/twin');
    expect(cards.find('other')?.id).toBe('c/other');
  });

  it.each(['', '/', 'llama', '__proto__', 'constructor'])('is not found as %j', (name) => {
    expect(cards.find(name)).toBeUndefined();
  });
});

describe('several cards', () => {
  it('of one id are the first of them', () => {
    const mine = card('Meta/Llama-3.3-70b-instruct', { family: 'mine' });
    const cards = createCards(() => [mine, llama]);

    expect(cards.all()).toEqual([mine]);
    expect(cards.find('meta/llama-3.3-70b-instruct')).toBe(mine);
  });

  it('of one name give it to the first, but an id to its own', () => {
    const cards = createCards(() => [card('a/one', { aliases: ['x', 'b/two'] }), card('b/two', { aliases: ['x'] })]);

    expect(cards.find('x')?.id).toBe('a/one');
    expect(cards.find('b/two')?.id).toBe('b/two');
  });

  it('are loaded once, when the first is asked for', () => {
    let loads = 0;
    const cards = createCards(() => {
      loads++;
      return [llama];
    });
    expect(loads).toBe(0);
    cards.find('x');
    cards.all();

    expect(loads).toBe(1);
  });
});
