import { describe, expect, it } from 'vitest';
import { idleGeneration, sharedRequest } from '../../test/support/idle-generation.ts';
import type { Generation } from './generation.ts';
import type { Vocabulary } from './vocabulary.ts';
import { WaitingLine } from './waiting-line.ts';

const letters = { endOfGeneration: [], piece: () => Buffer.from('a') } as unknown as Vocabulary;

function line(...generations: Generation[]): WaitingLine {
  const made = new WaitingLine();
  for (const [arrival, generation] of generations.entries()) {
    generation.arrival = arrival;
    made.push(generation);
  }
  return made;
}

describe('the next in line', () => {
  it('is of the lowest priority number, then the earliest', () => {
    const [slow, first, second] = [5, 0, 0].map((priority) => idleGeneration(sharedRequest([1], { priority })));
    if (!slow || !first || !second) throw new Error('unreachable');
    expect(line(slow, first, second).candidates([])).toEqual([first, second, slow]);
  });

  it('is of a request with fewer choices running', () => {
    const many = sharedRequest([1]);
    const [running, greedy] = [idleGeneration(many), idleGeneration(many)];
    const other = idleGeneration(sharedRequest([2]));
    expect(line(greedy, other).candidates([running])).toEqual([other, greedy]);
  });
});

describe('the siblings of a choice', () => {
  it('are those of its request that wait for their first token', () => {
    const request = sharedRequest([1]);
    const [running, fresh, steppedBack] = [idleGeneration(request), idleGeneration(request), idleGeneration(request)];
    steppedBack.accept(7, letters);
    const stranger = idleGeneration(sharedRequest([1]));
    expect(line(fresh, steppedBack, stranger).siblingsOf(running)).toEqual([fresh]);
  });
});
