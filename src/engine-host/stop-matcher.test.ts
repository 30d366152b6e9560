import { describe, expect, it } from 'vitest';
import { StopMatcher } from './stop-matcher.ts';

function run(stops: string[], pieces: string[]) {
  const matcher = new StopMatcher(stops);
  const delivered: string[] = [];
  for (const piece of pieces) {
    const { text, stopped } = matcher.push(piece);
    delivered.push(text);
    if (stopped) return { delivered, text: delivered.join(''), stopped };
  }
  return { delivered, text: delivered.join('') + matcher.flush(), stopped: false };
}

describe('the matcher', () => {
  it('cuts before a stop string however it is split', () => {
    const text = 'keep this STOP not this';
    for (let first = 0; first <= text.length; first++) {
      for (let second = first; second <= text.length; second++) {
        const pieces = [text.slice(0, first), text.slice(first, second), text.slice(second)];

        expect(run(['STOP'], pieces)).toMatchObject({ text: 'keep this ', stopped: true });
      }
    }
  });

  it('never delivers a beginning of a stop string before it is known to be none', () => {
    const { delivered, text } = run(['\n\nUser:'], ['a\n', '\nUse', 'less']);

    expect(delivered).toEqual(['a', '', '\n\nUseless']);
    expect(text).toBe('a\n\nUseless');
  });

  it('delivers at the end what only looked like a stop string', () => {
    expect(run(['END'], ['the EN'])).toMatchObject({ text: 'the EN', stopped: false });
  });

  it('takes the earliest of several', () => {
    expect(run(['three', 'two'], ['one two three'])).toMatchObject({ text: 'one ', stopped: true });
  });

  it('finds a stop string that overlaps a false start', () => {
    expect(run(['aab'], ['a', 'a', 'a', 'b'])).toMatchObject({ text: 'a', stopped: true });
  });
});
