import { describe, expect, it } from 'vitest';
import { asked, bad, failure, good, pair, replicaSet, textOf } from '../../../test/support/replica-set.ts';
import { answer, finish, piece, role, scriptedEngine, usageOf } from '../../../test/support/scripted-engine.ts';

const never = new AbortController().signal;

describe('a replica in trouble', () => {
  it('gets no requests after five faults in a row, then one, then all', async () => {
    let isBroken = true;
    const first = scriptedEngine(() => (isBroken ? failure('engine_error') : answer('first')));
    const { set, clock, events } = replicaSet([
      { name: 'first', engine: first },
      { name: 'second', engine: good(), tier: 1 },
    ]);
    const ask = (content: string) => textOf(set.chat(asked(content), never));
    for (let at = 0; at < 8; at++) expect(await ask(`${at}`)).toBe('good');
    expect(first.requests).toHaveLength(5);
    expect(events).toContain('first ejected');
    await clock.advance(5000);
    expect(await ask('trial')).toBe('good');
    expect(await ask('not yet')).toBe('good');
    expect(first.requests).toHaveLength(6);
    isBroken = false;
    await clock.advance(10_000);

    expect(await ask('again')).toBe('first');
    expect(await ask('and again')).toBe('first');
  });

  it('that is busy is left alone for as long as it asks, and no longer', async () => {
    let isBusy = true;
    const first = scriptedEngine(() => (isBusy ? failure('engine_overloaded', 7) : answer('first')));
    const { set, clock } = replicaSet([
      { name: 'first', engine: first },
      { name: 'second', engine: good(), tier: 1 },
    ]);
    await textOf(set.chat(asked('1'), never));
    await textOf(set.chat(asked('2'), never));
    expect(first.requests).toHaveLength(1);
    isBusy = false;
    await clock.advance(7000);

    expect(await textOf(set.chat(asked('3'), never))).toBe('first');
  });

  it('says when to ask again when all are busy', async () => {
    const { set, clock } = replicaSet([
      { name: 'a', engine: bad(failure('engine_overloaded', 30)) },
      { name: 'b', engine: bad(failure('engine_overloaded', 20)), tier: 1 },
    ]);
    await expect(textOf(set.chat(asked('1'), never))).rejects.toMatchObject({ code: 'engine_overloaded' });
    await clock.advance(4000);

    await expect(textOf(set.chat(asked('2'), never))).rejects.toMatchObject({
      code: 'engine_overloaded',
      retryAfterSeconds: 16,
    });
  });
});

describe('deadlines', () => {
  const timeouts = { firstTokenMs: 1000, betweenTokensMs: 200, totalMs: 5000 };

  it.each([
    ['is silent', ['stall']],
    ['says no more than its role', [role(), 'stall']],
  ] as const)('of the first token: a replica that %s is left for the next', async (_, steps) => {
    const { set, clock, events, first } = pair(steps, { timeouts });
    const text = textOf(set.chat(asked('x'), never));
    await clock.advance(999);
    expect(events).toEqual([]);
    await clock.advance(1);

    expect(await text).toBe('good');
    expect(events).toEqual(['first engine_first_token_timeout']);
    expect(first.aborts()).toBe(1);
    expect(first.open()).toBe(0);
  });

  it('of the first token: one that does not even accept is left too', async () => {
    const silent = { ...good(), chat: () => new Promise<never>(() => undefined) };
    const { set, clock } = replicaSet([{ name: 'silent', engine: silent }], { timeouts });
    const text = textOf(set.chat(asked('x'), never));
    void clock.advance(1000);

    await expect(text).rejects.toMatchObject({ code: 'engine_first_token_timeout', status: 504 });
  });

  it('between tokens end the stream with an error', async () => {
    const { set, clock, first } = pair([piece('He'), 'stall'], { timeouts });
    const text = textOf(set.chat(asked('x'), never));
    void clock.advance(400);

    await expect(text).rejects.toMatchObject({ code: 'engine_token_timeout', status: 504 });
    expect(first.open()).toBe(0);
  });

  it('between tokens do not count while the reader is slow', async () => {
    const { set, clock } = pair([piece('He'), piece('llo'), finish(), usageOf(1, 2)], { timeouts });
    const iterator = (await set.chat(asked('x'), never))[Symbol.asyncIterator]();
    await iterator.next();
    await clock.advance(1000);

    expect((await iterator.next()).value).toEqual(piece('llo'));
  });

  it('of the whole count over all attempts', async () => {
    const { set, clock } = replicaSet(
      [0, 1, 2].map((tier) => ({ name: `${tier}`, engine: bad(['stall']), tier })),
      { timeouts: { ...timeouts, totalMs: 1500 } },
    );
    const text = textOf(set.chat(asked('x'), never));
    void clock.advance(1500);

    await expect(text).rejects.toMatchObject({ code: 'engine_total_timeout', status: 504 });
  });
});

describe('an answer that has all but its end', () => {
  it.each([
    ['is lost', [...answer('all'), failure('engine_disconnected')]],
    ['is silent', [...answer('all'), 'stall']],
  ] as const)('is whole when the replica %s then', async (_, steps) => {
    const { set, clock, events, first } = pair(steps);
    const text = textOf(set.chat(asked('x'), never));
    void clock.advance(1000);

    expect(await text).toBe('all');
    expect(events).toEqual([]);
    expect(first.open()).toBe(0);
  });

  it('is not whole without the end of every choice', async () => {
    const { set } = pair([
      piece('a', 0),
      piece('b', 1),
      finish('stop', 0),
      usageOf(1, 2),
      failure('engine_disconnected'),
    ]);

    await expect(textOf(set.chat(asked('x', { n: 2 }), never))).rejects.toMatchObject({ code: 'engine_disconnected' });
  });
});
