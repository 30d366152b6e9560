import { describe, expect, it } from 'vitest';
import { findPlacement } from './find-placement.ts';
import { Slot } from './slot.ts';
import { idleGeneration, sharedRequest } from '../../test/support/idle-generation.ts';

/** A slot that holds `tokens`; in use when `isBusy`, with `pending` more of its prompt to read. */
function slot(
  id: number,
  tokens: readonly number[],
  options: { isBusy?: boolean; pending?: readonly number[]; salt?: string; usedAt?: number } = {},
): Slot {
  const made = new Slot(id);
  made.salt = options.salt ?? '';
  made.usedAt = options.usedAt ?? 0;
  made.generation = idleGeneration(sharedRequest([...tokens, ...(options.pending ?? [])], { salt: made.salt }));
  made.generation.position = tokens.length;
  if (!options.isBusy) made.keep();
  return made;
}

const range = (from: number, to: number) => Array.from({ length: to - from }, (_, at) => from + at);
const place = (
  slots: readonly Slot[],
  prompt: readonly number[],
  kind: 'positions' | 'state' = 'positions',
  { salt = '', worthCopying = 0, needsNeighbours = false } = {},
) => {
  const found = findPlacement(slots, idleGeneration(sharedRequest(prompt, { salt })), {
    kind,
    worthCopying,
    needsNeighbours,
  });
  return typeof found === 'object' ? { target: found.target.id, source: found.source.id, length: found.length } : found;
};

describe('a prompt', () => {
  it('finds no place while all slots are in use', () => {
    expect(place([slot(0, [1, 2], { isBusy: true })], [1, 2, 3])).toBeUndefined();
  });

  it('goes beside one that is in use where only neighbours are decoded together', () => {
    const slots = [
      slot(0, [9], { usedAt: 1 }),
      slot(1, [8], { usedAt: 5 }),
      slot(2, [7], { usedAt: 3 }),
      slot(3, [6], { isBusy: true }),
      slot(4, [5], { usedAt: 4 }),
      slot(5, [4], { usedAt: 2 }),
    ];
    expect(place(slots, [1, 2], 'positions', { needsNeighbours: true })).toMatchObject({ target: 2 });
    expect(place(slots, [1, 2])).toMatchObject({ target: 0 });
  });

  it('does not drive out what was just used for that', () => {
    const slots = [
      slot(0, [9], { usedAt: 1 }),
      slot(1, [8], { isBusy: true }),
      slot(2, [7], { usedAt: 5 }),
      slot(3, [6]),
    ];
    expect(place(slots, [1, 2], 'positions', { needsNeighbours: true })).toMatchObject({ target: 0 });
  });

  it('that goes on from what a free slot holds goes on there', () => {
    expect(place([slot(0, [9]), slot(1, range(0, 50))], range(0, 60))).toEqual({ target: 1, source: 1, length: 50 });
  });

  it('that is held already still decodes its last token', () => {
    expect(place([slot(0, range(0, 50))], range(0, 50))).toEqual({ target: 0, source: 0, length: 49 });
  });

  it('that shares a small part leaves the rest of it to others', () => {
    const slots = [slot(0, range(0, 100)), slot(1, [])];
    expect(place(slots, [...range(0, 20), 7, 7])).toEqual({ target: 1, source: 0, length: 20 });
  });

  it('shares with a slot in use', () => {
    const slots = [slot(0, range(0, 100), { isBusy: true }), slot(1, [])];
    expect(place(slots, [...range(0, 90), 7])).toEqual({ target: 1, source: 0, length: 90 });
  });

  it('takes the place of what was longest unused', () => {
    const slots = [slot(0, [1], { usedAt: 5 }), slot(1, [2], { usedAt: 3 }), slot(2, [3], { usedAt: 4 })];
    expect(place(slots, [8, 8])).toMatchObject({ target: 1, length: 0 });
  });

  it('of another tenant shares nothing', () => {
    expect(place([slot(0, range(0, 50), { salt: 'a' })], range(0, 60), 'positions', { salt: 'b' })).toMatchObject({
      length: 0,
    });
  });
});

describe('a prompt whose beginning is just being read', () => {
  const reading = (pending: number) => [
    slot(0, range(0, 10), { isBusy: true, pending: range(10, 10 + pending) }),
    slot(1, []),
  ];

  it('waits for it when that saves much', () => {
    expect(place(reading(500), range(0, 400))).toBe('wait');
  });

  it('does not wait for little', () => {
    expect(place(reading(40), range(0, 400))).toEqual({ target: 1, source: 0, length: 10 });
  });

  it('of the same request always waits', () => {
    const shared = sharedRequest(range(0, 20));
    const first = new Slot(0);
    first.generation = idleGeneration(shared);
    first.generation.position = 5;
    expect(
      findPlacement([first, new Slot(1)], idleGeneration(shared), {
        kind: 'positions',
        worthCopying: 0,
        needsNeighbours: false,
      }),
    ).toBe('wait');
  });
});

describe('where cells have to be copied', () => {
  const slots = [slot(0, range(0, 100), { isBusy: true }), slot(1, [])];

  it('a long beginning is, a short one is not', () => {
    expect(place(slots, range(0, 90), 'positions', { worthCopying: 80 })).toMatchObject({ source: 0, length: 89 });
    expect(place(slots, range(0, 90), 'positions', { worthCopying: 100 })).toMatchObject({ source: 1, length: 0 });
  });

  it('a slot still goes on from what it holds', () => {
    const free = [slot(0, range(0, 10)), slot(1, [])];
    expect(place(free, range(0, 20), 'positions', { worthCopying: 100 })).toMatchObject({ target: 0, length: 10 });
  });

  it('nobody waits for what is not worth it', () => {
    const reading = [slot(0, [], { isBusy: true, pending: range(0, 90) }), slot(1, [])];
    expect(place(reading, range(0, 90), 'positions', { worthCopying: 100 })).toMatchObject({ target: 1, length: 0 });
  });
});

describe('a memory that is a state', () => {
  it('goes on from its end', () => {
    expect(place([slot(0, range(0, 50))], range(0, 60), 'state')).toEqual({ target: 0, source: 0, length: 50 });
  });

  it('is neither cut nor shared', () => {
    const slots = [slot(0, range(0, 50), { isBusy: true }), slot(1, range(0, 70))];
    expect(place(slots, range(0, 60), 'state')).toEqual({ target: 1, source: 1, length: 0 });
  });

  it('is waited for by the other choices of its request, while their prompt is read', () => {
    const request = sharedRequest(range(0, 60));
    const [reader, other] = [idleGeneration(request), idleGeneration(request)];
    reader.position = 20;
    const slots = [new Slot(0), slot(1, [])];
    slots[0]!.generation = reader;
    const rules = { kind: 'state', worthCopying: 0, needsNeighbours: false } as const;

    expect(findPlacement(slots, other, rules)).toBe('wait');
    expect(findPlacement(slots, idleGeneration(sharedRequest(range(0, 60))), rules)).toMatchObject({ length: 0 });
  });
});
