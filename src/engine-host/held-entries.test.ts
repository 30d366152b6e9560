import { describe, expect, it } from 'vitest';
import { HeldEntries } from './held-entries.ts';

/** Entries named after what is held; a text that ends in `…` stops inside a character. */
function hold(...texts: string[]): HeldEntries<string> {
  const entries = new HeldEntries<string>();
  for (const text of texts) entries.hold(text, text.replace('…', ''), text.endsWith('…'));
  return entries;
}

describe('held entries', () => {
  it('leave with the last of their text', () => {
    const entries = hold('one', 'two');

    expect(entries.deliver('o')).toEqual([]);
    expect(entries.deliver('netw')).toEqual(['one']);
    expect(entries.deliver('o')).toEqual(['two']);
  });

  it('leave with the text that completes their character', () => {
    const entries = hold('a…');

    expect(entries.deliver('a')).toEqual([]);
    entries.hold('é', 'é', false);
    expect(entries.deliver('é')).toEqual(['a…', 'é']);
  });

  it('leave with the text before them when they have none', () => {
    expect(hold('a', '', 'b').deliver('a')).toEqual(['a', '']);
  });

  it('stay in order: none overtakes another', () => {
    const entries = hold('…', '');

    expect(entries.deliver('')).toEqual([]);
    entries.hold('x', 'x', false);
    expect(entries.deliver('x')).toEqual(['…', '', 'x']);
  });

  it('are cut where a stop string cuts the text: a token stays that has any text before it', () => {
    expect(hold('one', ' tST', 'OP').cut('one t')).toEqual(['one', ' tST']);
    expect(hold('one', 'ST', 'OP', ' more').cut('one')).toEqual(['one']);
    expect(hold('STOP').cut('')).toEqual([]);
  });

  it('all leave at the end, also those of half a character', () => {
    const entries = hold('a', 'b…');

    expect(entries.deliver('ab')).toEqual(['a']);
    expect(entries.flush()).toEqual(['b…']);
    expect(entries.flush()).toEqual([]);
  });
});
