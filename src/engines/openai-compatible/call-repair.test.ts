import { describe, expect, it } from 'vitest';
import type { ToolCallDelta } from '../../api/tool.ts';
import { createCallRepair } from './call-repair.ts';

/** Numbers that look random and are the same each time. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

interface Made {
  readonly id: string;
  readonly name: string;
  readonly text: string;
}

/** The pieces of calls as some server might send them. */
function piecesOf(calls: readonly Made[], random: () => number): object[] {
  const has = (share: number) => random() < share;
  const [hasIndex, base, hasIds, repeats, isWhole] = [has(0.7), has(0.2) ? 1 : 0, has(0.7), has(0.3), has(0.4)];
  return calls.flatMap(({ id, name, text }, at): object[] => {
    const index = hasIndex ? { index: at + base } : {};
    const named = hasIds ? { id } : {};
    const isObject = isWhole && has(0.5);
    if (isWhole) return [{ ...index, ...named, function: { name, arguments: isObject ? JSON.parse(text) : text } }];
    const cut = Math.floor(random() * text.length);
    // A name that comes again says nothing only where an id or an index says which call it is.
    const again = repeats && (hasIds || hasIndex) ? { ...named, function: { name } } : { function: {} };
    return [
      { ...index, ...named, type: 'function', function: { name, arguments: text.slice(0, cut) } },
      { ...index, ...again, function: { ...again.function, arguments: text.slice(cut) } },
    ];
  });
}

/** What a client makes of the pieces. */
function read(pieces: readonly ToolCallDelta[]) {
  const calls: { ids: string[]; names: string[]; text: string }[] = [];
  for (const { index, id, function: called } of pieces) {
    const call = (calls[index] ??= { ids: [], names: [], text: '' });
    if (id !== undefined) call.ids.push(id);
    if (called.name !== undefined) call.names.push(called.name);
    call.text += called.arguments ?? '';
  }
  return calls;
}

describe('calls, however a server sends them', () => {
  it('have an id and a name once, indices from 0, and their arguments whole', () => {
    for (let seed = 1; seed <= 500; seed++) {
      const random = numbers(seed);
      const made = Array.from({ length: 1 + Math.floor(random() * 3) }, (_, at) => ({
        id: `id-${at}`,
        name: random() < 0.5 ? 'same' : `name_${at}`,
        text: JSON.stringify({ at, text: 'x'.repeat(Math.floor(random() * 9)) }),
      }));
      const repair = createCallRepair([]);
      const calls = read(piecesOf(made, random).flatMap((piece) => repair.take([piece])));

      expect(calls.map(({ names, text }) => [names, text])).toEqual(made.map(({ name, text }) => [[name], text]));
      expect(calls.every(({ ids }) => ids.length === 1)).toBe(true);
      expect(new Set(calls.flatMap(({ ids }) => ids)).size).toBe(made.length);
      expect([repair.count(), repair.areWhole()]).toEqual([made.length, true]);
    }
  });

  const offered = ['get_weather', 'get_time'];
  const whole = [{ ids: ['a'], names: ['get_weather'], text: '{"x":1}' }];
  const piece = (called: object, more: object = { id: 'a' }) => ({ index: 0, ...more, function: called });
  it.each([
    [
      'in pieces',
      [
        piece({ name: 'get_' }),
        piece({ name: 'weather', arguments: '' }, {}),
        piece({ arguments: '{"x"' }),
        piece({ arguments: ':1}' }),
      ],
    ],
    [
      'in pieces, and is said again',
      [piece({ name: 'get_' }), piece({ name: 'get_' }), piece({ name: 'weather', arguments: '{"x":1}' })],
    ],
    ['that grows', [piece({ name: 'get_' }), piece({ name: 'get_weather' }), piece({ arguments: '{"x":1}' })]],
    [
      'after its arguments',
      [piece({ arguments: '{"x"' }), piece({ arguments: ':1}' }), piece({ name: 'get_weather' })],
    ],
    ['after its id', [piece({ arguments: '' }), piece({ name: 'get_weather', arguments: '{"x":1}' })]],
  ])('have a name that comes %s', (_, pieces) => {
    const repair = createCallRepair(offered);

    expect(read([...repair.take(pieces), ...repair.rest(false)])).toEqual(whole);
  });

  it.each([
    ['two of which begin alike', ['get', 'get_time'], ['get', '_time'], 'get_time'],
    ['that is the beginning of another', ['get', 'get_time'], ['get'], 'get'],
    ['that repeats itself', ['couscous'], ['cous', 'cous'], 'couscous'],
  ])('have a name in pieces of functions %s', (_, functions, pieces, name) => {
    const repair = createCallRepair(functions);
    const called = [...pieces.map((each) => piece({ name: each })), piece({ arguments: '{}' }, {})];

    expect(read(repair.take(called))).toEqual([{ ids: ['a'], names: [name], text: '{}' }]);
  });

  it('have the name that came where no more of it does, in their order', () => {
    const repair = createCallRepair(offered);
    const pieces = repair.take([
      { index: 0, id: 'a', function: { name: 'get_' } },
      { index: 1, id: 'b', function: { name: 'get_time', arguments: '{}' } },
      { index: 2, id: 'c', function: { name: 'get_w' } },
    ]);

    expect(read([...pieces, ...repair.rest(false)]).map(({ names }) => names)).toEqual([
      ['get_'],
      ['get_time'],
      ['get_w'],
    ]);
  });

  it('are left out where they were cut before they had a name, and only there', () => {
    const pieces = [piece({ arguments: '{"x"' })];
    const [cut, ended] = [createCallRepair(offered), createCallRepair(offered)];

    expect([...cut.take(pieces), ...cut.rest(true)]).toEqual([]);
    expect([...ended.take(pieces), ...ended.rest(false)]).toEqual([{ index: 0, function: { arguments: '{"x"' } }]);
  });
});
