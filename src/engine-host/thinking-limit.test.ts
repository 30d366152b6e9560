import { describe, expect, it } from 'vitest';
import { hermes } from '../formats/families/json-in-tags.ts';
import { ReasoningTracker } from '../formats/reasoning-tracker.ts';
import { ThinkingLimit } from './thinking-limit.ts';

/** Tokens are code units, so that one can see what is written. */
function limited(budget: number, close = '\n</think>\n', space = '') {
  const tracker = new ReasoningTracker(hermes, { tools: [], promptEnd: '<think>', separatesReasoning: true });
  const limit = new ThinkingLimit({
    tracker,
    budget,
    close,
    tokenize: (text) => Array.from(space + text, (unit) => unit.charCodeAt(0)),
    textOf: (tokens) => String.fromCharCode(...tokens),
  });
  /** Takes all that has to come, up to a bound. */
  const forced = () => {
    let text = '';
    for (let next = limit.next(); next !== undefined && text.length < 50; next = limit.next()) {
      limit.took();
      text += String.fromCharCode(next);
      tracker.push({ text: String.fromCharCode(next), isOwn: false });
    }
    return text;
  };
  return { tracker, limit, forced, say: (text: string) => void tracker.push({ text }) };
}

describe('a thinking limit', () => {
  it('writes the end of the reasoning at the budget, once', () => {
    const { forced, say } = limited(2);
    say('a');
    expect(forced()).toBe('');
    say('b');
    expect(forced()).toBe('\n</think>\n');
    say('Yes');
    expect(forced()).toBe('');
  });

  it('completes a mark that the model has begun', () => {
    const { forced, say } = limited(2);
    say('a');
    say('</thi');

    expect(forced()).toBe('nk>\n');
  });

  it('begins the mark anew where tokens cannot spell its rest', () => {
    const { forced, say } = limited(1, '</think>', ' ');
    say('</thi');

    expect(forced()).toBe(' </think>');
  });

  it('ends a block that is opened again', () => {
    const { forced, say } = limited(1);
    say('a');
    forced();
    say('<think>');

    expect(forced()).toBe('\n</think>\n');
  });

  it('gives up on a text that ends nothing', () => {
    const { forced, say } = limited(1, 'so');
    say('a');
    expect(forced()).toBe('so');
    say('b');
    expect(forced()).toBe('');
  });

  it('ends by the mark alone, where a token that has more of the text is not permitted', () => {
    const { tracker, limit, say } = limited(1, '</think>\n\n');
    say('a');
    limit.next();
    tracker.push({ text: '</think', isOwn: false });
    expect(limit.letGo()).toBe(false);
    expect(String.fromCharCode(limit.nextOfMarkAlone() ?? 0)).toBe('>');
    limit.took();
    tracker.push({ text: '>', isOwn: false });
    expect([tracker.isReasoning, limit.next()]).toEqual([false, undefined]);
  });

  it('lets go once the reasoning is over', () => {
    const { tracker, limit, say } = limited(1);
    say('a');
    limit.next();
    expect(limit.letGo()).toBe(false);
    limit.next();
    tracker.push({ text: '</think>', isOwn: false });
    expect(limit.letGo()).toBe(true);
    expect(limit.next()).toBeUndefined();
  });
});
