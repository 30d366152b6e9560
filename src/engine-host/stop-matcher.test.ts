import { describe, expect, it } from 'vitest';
import { StopMatcher } from './stop-matcher.ts';

function run(stops: string[], pieces: string[], included = false) {
  const matcher = new StopMatcher(stops, included);
  const delivered: string[] = [];
  for (const piece of pieces) {
    const { text, stop } = matcher.push(piece);
    delivered.push(text);
    if (stop !== undefined) return { delivered, text: delivered.join(''), stop };
  }
  return { delivered, text: delivered.join('') + matcher.flush(), stop: undefined };
}

describe('the matcher', () => {
  it('cuts before a stop string however it is split', () => {
    const text = 'keep this STOP not this';
    for (let first = 0; first <= text.length; first++) {
      for (let second = first; second <= text.length; second++) {
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];

        expect(run(['STOP'], pieces)).toMatchObject({ text: 'keep this ', stop: 'STOP' });
        expect(run(['STOP'], pieces, true)).toMatchObject({ text: 'keep this STOP', stop: 'STOP' });
      }
    }
  });

  it('never delivers a beginning of a stop string before it is known to be none', () => {
    const { delivered, text } = run(['\n\nUser:'], ['a\n', '\nUse', 'less']);

    expect(delivered).toEqual(['a', '', '\n\nUseless']);
    expect(text).toBe('a\n\nUseless');
  });

  it('delivers at the end what only looked like a stop string', () => {
    expect(run(['END'], ['the EN'])).toMatchObject({ text: 'the EN', stop: undefined });
  });

  it('takes the earliest of several', () => {
    expect(run(['three', 'two'], ['one two three'])).toMatchObject({ text: 'one ', stop: 'two' });
  });

  it('lets stop strings pass that come too early, and finds one that only begins so', () => {
    const matcher = new StopMatcher(['two', 'three']);

    expect(matcher.push('one two th', false)).toEqual({ text: 'one two ' });
    expect(matcher.push('ree')).toEqual({ text: '', stop: 'three' });
  });

  it('finds a stop string that overlaps a false start', () => {
    expect(run(['aab'], ['a', 'a', 'a', 'b'])).toMatchObject({ text: 'a', stop: 'aab' });
  });
});
