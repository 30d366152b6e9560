import { describe, expect, it } from 'vitest';
import { asked, replicaSet, textOf } from '../../../test/support/replica-set.ts';
import {
  answer,
  finish,
  piece,
  role,
  scriptedEngine,
  usageOf,
  type Step,
} from '../../../test/support/scripted-engine.ts';
import { ManifoldError, type ErrorCode } from '../../errors.ts';
import { supervisedPolicy } from './policy.ts';

const never = new AbortController().signal;
const failure = (code: ErrorCode, retryAfterSeconds?: number) => new ManifoldError(code, 'x', { retryAfterSeconds });
const bad = (steps: readonly Step[] | ManifoldError) => scriptedEngine(() => steps);
const good = () => scriptedEngine(answer('good'));

/** A failing replica that is asked first, and a good one behind it. */
function pair(steps: readonly Step[] | ManifoldError, changes: Parameters<typeof replicaSet>[1] = {}) {
  const first = bad(steps);
  const second = good();
  const under = replicaSet(
    [
      { name: 'first', engine: first },
      { name: 'second', engine: second, tier: 1 },
    ],
    changes,
  );
  return { ...under, first, second };
}

describe('before the first content, the next replica answers', () => {
  const refusals: ErrorCode[] = [
    'engine_unreachable',
    'engine_error',
    'engine_overloaded',
    'model_loading',
    'model_not_found',
  ];
  it.each(refusals)('after a refusal: %s', async (code) => {
    const { set, events, outstanding } = pair(failure(code));

    expect(await textOf(set.chat(asked(code), never))).toBe('good');
    expect(events).toEqual([`first ${code}`]);
    expect([...outstanding.values()]).toEqual([0, 0]);
  });

  const streams: readonly (readonly [string, readonly Step[]])[] = [
    ['an error inside the stream', [role(), failure('engine_error')]],
    ['a lost connection', [role(), failure('engine_disconnected')]],
    ['an empty stream', []],
    ['a stream without a word', [role(), usageOf(3, 0)]],
    ['an unexpected failure', [new TypeError('x is not a function')]],
  ];
  it.each(streams)('after %s', async (_, steps) => {
    const { set } = pair(steps);
    const chunks = await Array.fromAsync(await set.chat(asked('x'), never));

    // One role, one text, one end: the first replica left no trace.
    expect(chunks).toEqual(answer('good'));
  });

  it('and is told what the lost attempt is known to have used', async () => {
    const { set } = pair([{ ...role(), usage: usageOf(11, 0).usage }, failure('engine_error')]);
    const lost: unknown[] = [];
    await textOf(set.chat(asked('x'), never, { cacheSalt: '', onLostAttempt: (used) => lost.push(used) }));

    expect(lost).toEqual([{ promptTokens: 11, completionTokens: 0 }]);
  });

  it('and a refusal of the request is no lost attempt', async () => {
    const { set } = pair(failure('invalid_value'));
    const lost: unknown[] = [];
    const asking = set.chat(asked('x'), never, { cacheSalt: '', onLostAttempt: (used) => lost.push(used) });

    await expect(asking).rejects.toMatchObject({ code: 'invalid_value' });
    expect(lost).toEqual([]);
  });

  it('and what the lost one would have emulated is forgotten', async () => {
    const first = scriptedEngine([role(), failure('engine_error')], { emulated: ['seed'] });
    const { set } = replicaSet([
      { name: 'first', engine: first },
      { name: 'second', engine: good(), tier: 1 },
    ]);
    const told: unknown[] = [];
    await textOf(set.chat(asked('x'), never, { cacheSalt: '', onEmulated: (names) => told.push(names) }));

    expect(told).toEqual([['seed'], []]);
  });
});

describe('no other replica is asked', () => {
  it.each(['invalid_value', 'context_length_exceeded'] as const)('for what the client did: %s', async (code) => {
    const { set, second, first } = pair(failure(code));
    for (let at = 0; at < 10; at++)
      await expect(textOf(set.chat(asked(`${at}`), never))).rejects.toMatchObject({ code });

    // And it does not count against the replica.
    expect(first.requests).toHaveLength(10);
    expect(second.requests).toEqual([]);
  });

  it('after content: the stream fails, and nothing is made up', async () => {
    const { set, second, outstanding } = pair([role(), piece('He'), failure('engine_disconnected')]);
    const seen: unknown[] = [];
    const reading = (async () => {
      for await (const chunk of await set.chat(asked('x'), never)) seen.push(chunk);
    })();

    await expect(reading).rejects.toMatchObject({ code: 'engine_disconnected' });
    expect(seen).toEqual([role(), piece('He')]);
    expect(second.requests).toEqual([]);
    expect([...outstanding.values()]).toEqual([0]);
  });

  it('when the endpoint routes by itself', async () => {
    const { set, second } = pair(failure('engine_unreachable'), { selfRouting: true, alwaysAsks: true });

    await expect(textOf(set.chat(asked('x'), never))).rejects.toMatchObject({ code: 'engine_unreachable' });
    expect(second.requests).toEqual([]);
  });

  it('when the budget for retries is spent', async () => {
    const { set } = pair(failure('engine_overloaded', 0), {
      retries: { mostAttempts: 3, share: 0, floorPerSecond: 0, burst: 2 },
    });
    const outcomes: unknown[] = [];
    for (let at = 0; at < 3; at++) {
      outcomes.push(await textOf(set.chat(asked(`${at}`), never)).catch((reason: ManifoldError) => reason.code));
    }

    expect(outcomes).toEqual(['good', 'good', 'engine_overloaded']);
  });

  it('beyond the most attempts, and none twice', async () => {
    const engines = [0, 1, 2, 3].map(() => bad(failure('engine_error')));
    const { set } = replicaSet(engines.map((engine, at) => ({ name: `${at}`, engine, tier: at })));

    await expect(textOf(set.chat(asked('x'), never))).rejects.toMatchObject({ code: 'engine_error' });
    expect(engines.map(({ requests }) => requests.length)).toEqual([1, 1, 1, 0]);
  });

  it('after two were lost under a request, and it is refused when it comes again', async () => {
    const engines = [0, 1, 2].map(() => bad([role(), failure('engine_disconnected')]));
    const { set } = replicaSet(engines.map((engine, at) => ({ name: `${at}`, engine, tier: at })));

    await expect(textOf(set.chat(asked('deadly'), never))).rejects.toMatchObject({ code: 'engine_disconnected' });
    await expect(textOf(set.chat(asked('deadly'), never))).rejects.toMatchObject({ code: 'request_quarantined' });
    expect(engines.map(({ requests }) => requests.length)).toEqual([1, 1, 0]);
  });
});

describe('a replica without others', () => {
  it('is asked again once when its connection was lost, after a moment', async () => {
    const engine = scriptedEngine((attempt) => (attempt === 1 ? [failure('engine_disconnected')] : answer('again')));
    const { set, clock } = replicaSet([{ name: 'only', engine }], supervisedPolicy);
    const text = textOf(set.chat(asked('x'), never));
    await clock.advance(49);
    expect(engine.requests).toHaveLength(1);
    await clock.advance(60);

    expect(await text).toBe('again');
  });

  it('and a client that leaves during that moment stops it', async () => {
    const engine = scriptedEngine([failure('engine_disconnected')]);
    const { set, clock, outstanding } = replicaSet([{ name: 'only', engine }], supervisedPolicy);
    const leaving = new AbortController();
    const text = textOf(set.chat(asked('x'), leaving.signal));
    await clock.advance(10);
    leaving.abort(failure('client_closed_request'));

    await expect(text).rejects.toMatchObject({ code: 'client_closed_request' });
    await clock.advance(1000);
    expect(engine.requests).toHaveLength(1);
    expect([...outstanding.values()]).toEqual([0]);
    expect(clock.waiting()).toBe(0);
  });

  it('is asked on however often it fails: there is no better one', async () => {
    const engine = bad(failure('engine_error'));
    const { set, events } = replicaSet([{ name: 'only', engine }]);
    for (let at = 0; at < 20; at++) await expect(textOf(set.chat(asked(`${at}`), never))).rejects.toThrow('x');

    expect(engine.requests).toHaveLength(20);
    expect(events).toEqual([]);
  });
});

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
    expect(events).toContain('first ejected for faults');
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

  it('by its checks gets no requests; without another they are refused with a time', async () => {
    let isWell = false;
    const engine = good();
    const probe = async () => {
      if (!isWell) throw new Error('no');
    };
    const { set, clock } = replicaSet([{ name: 'only', engine, probe }], {}, () => 0.5);
    await set.start();
    await clock.advance(10_001);
    await expect(textOf(set.chat(asked('1'), never))).rejects.toMatchObject({
      code: 'no_engine_available',
      status: 503,
      retryAfterSeconds: 5,
    });
    isWell = true;
    await clock.advance(10_001);

    expect(await textOf(set.chat(asked('2'), never))).toBe('good');
    await set.close();
    expect(clock.waiting()).toBe(0);
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

describe('what is taken is given back', () => {
  it('when the stream is left before it is read', async () => {
    const { set, outstanding, first, clock } = pair([piece('x'), 'stall']);
    const chunks = await set.chat(asked('x'), never);
    expect([...outstanding.values()]).toEqual([1]);
    await chunks[Symbol.asyncIterator]().return?.();

    expect([...outstanding.values()]).toEqual([0]);
    expect(first.open()).toBe(0);
    expect(clock.waiting()).toBe(0);
  });

  it('when the stream is never read and the request aborts', async () => {
    const { set, outstanding, clock } = pair([piece('x'), 'stall']);
    const leaving = new AbortController();
    await set.chat(asked('x'), leaving.signal);
    leaving.abort();

    expect([...outstanding.values()]).toEqual([0]);
    expect(clock.waiting()).toBe(0);
  });

  it('when an engine accepts only after nobody waits any more', async () => {
    const accepting = Promise.withResolvers<AsyncIterable<never>>();
    let isLeft = false;
    const engine = { ...good(), chat: () => accepting.promise };
    const { set, outstanding } = replicaSet([{ name: 'slow', engine }]);
    const leaving = new AbortController();
    const asking = set.chat(asked('x'), leaving.signal);
    await new Promise((resolve) => setImmediate(resolve));
    expect([...outstanding.values()]).toEqual([1]);
    leaving.abort(failure('client_closed_request'));
    await expect(asking).rejects.toMatchObject({ code: 'client_closed_request' });
    expect([...outstanding.values()]).toEqual([0]);
    accepting.resolve({
      [Symbol.asyncIterator]: () => ({
        next: () => new Promise(() => undefined),
        return: async () => {
          isLeft = true;
          return { done: true as const, value: undefined };
        },
      }),
    });

    await expect.poll(() => isLeft).toBe(true);
  });
});

describe('changing the replicas', () => {
  it('lets a removed one end its streams, then closes it; new ones are started', async () => {
    const closed: string[] = [];
    const started: string[] = [];
    const named = (name: string, steps: readonly Step[]) => ({
      name,
      engine: {
        ...scriptedEngine(steps),
        start: async () => void started.push(name),
        close: async () => void closed.push(name),
      },
    });
    const old = named('old', [piece('still '), piece('here'), finish(), usageOf(1, 2)]);
    const { set, events } = replicaSet([old]);
    await set.start();
    const iterator = (await set.chat(asked('x'), never))[Symbol.asyncIterator]();
    await iterator.next();
    set.update([named('new', answer('new'))]);
    expect(await textOf(set.chat(asked('y'), never))).toBe('new');
    expect(closed).toEqual([]);
    expect((await iterator.next()).value).toEqual(piece('here'));
    while ((await iterator.next()).done !== true);

    expect(closed).toEqual(['old']);
    expect(events).toEqual(['old removed']);
    expect(started).toEqual(['old', 'new']);
  });

  it('keeps what is known of one that stays, with its new place', async () => {
    const first = { name: 'first', engine: bad(failure('engine_overloaded', 60)) };
    const second = { name: 'second', engine: good(), tier: 1 };
    const { set } = replicaSet([first, second]);
    await textOf(set.chat(asked('1'), never));
    set.update([{ ...first, weight: 5 }, second]);
    await textOf(set.chat(asked('2'), never));

    expect(first.engine.requests).toHaveLength(1);
  });

  it('while a request waits to be sent again sends it to the new one', async () => {
    const { set, clock } = replicaSet(
      [{ name: 'old', engine: bad([failure('engine_disconnected')]) }],
      supervisedPolicy,
    );
    const text = textOf(set.chat(asked('x'), never));
    await clock.advance(10);
    set.update([{ name: 'new', engine: good() }]);
    await clock.advance(100);

    expect(await text).toBe('good');
  });

  it('to two of one name is refused, and the old ones stay', async () => {
    const { set } = replicaSet([{ name: 'a', engine: good() }]);

    expect(() =>
      set.update([
        { name: 'b', engine: bad([]) },
        { name: 'b', engine: bad([]) },
      ]),
    ).toThrow('one name');
    expect(await textOf(set.chat(asked('x'), never))).toBe('good');
  });

  it('to none refuses, with a state that says so', async () => {
    const { set } = replicaSet([{ name: 'a', engine: good() }]);
    set.update([]);

    expect(set.state()).toEqual({ kind: 'failed', message: 'It has no replicas.' });
    await expect(textOf(set.chat(asked('x'), never))).rejects.toMatchObject({ code: 'model_unavailable' });
  });
});

describe('the state of a set', () => {
  it('is ready when one is, for requests that every ready one takes', () => {
    const engines = [good(), good(), good()];
    const { set } = replicaSet(engines.map((engine, at) => ({ name: `${at}`, engine })));
    engines[0]?.setState({ kind: 'failed', message: 'gone' });
    engines[1]?.setState({ kind: 'ready', contextLength: 1000, slots: 2 });
    expect(set.state()).toEqual({ kind: 'ready', contextLength: 1000, slots: 6 });
    engines[1]?.setState({ kind: 'loading', progress: 0.3 });
    engines[2]?.setState({ kind: 'failed', message: 'gone' });
    expect(set.state()).toEqual({ kind: 'loading', progress: 0.3 });
    engines[1]?.setState({ kind: 'failed', message: 'lost' });

    expect(set.state()).toEqual({ kind: 'failed', message: 'gone lost' });
  });
});

describe('calls about tokens', () => {
  it('go to a replica that has them, and to another when it fails', async () => {
    const failing = { ...good(), detokenize: () => Promise.reject(failure('engine_error')) };
    const able = { ...good(), detokenize: async () => 'text' };
    const { set } = replicaSet([
      { name: 'unable', engine: good() },
      { name: 'failing', engine: failing, tier: 1 },
      { name: 'able', engine: able, tier: 2 },
    ]);

    expect(await set.detokenize?.([1], never)).toBe('text');
    await expect(set.tokenize?.({ text: 'x' } as never, never)).rejects.toMatchObject({
      code: 'unsupported_parameter',
      param: 'model',
    });
    await expect(set.embed?.({ model: 'm', input: 'x' } as never, never)).rejects.toMatchObject({
      code: 'unsupported_task',
    });
  });
});

describe('embeddings', () => {
  const vector = (index: number, embedding: string) => ({ index, embedding, prompt_tokens: 2 });
  const embedding = (...steps: readonly (ReturnType<typeof vector> | Error)[]) => ({
    ...good(),
    async embed() {
      return (async function* () {
        for (const step of steps) {
          if (step instanceof Error) throw step;
          yield step;
        }
      })();
    },
  });
  const embed = async (...engines: readonly ReturnType<typeof embedding>[]) => {
    const { set } = replicaSet(engines.map((engine, tier) => ({ name: `${tier}`, engine, tier })));
    const events = await set.embed?.({ model: 'm', input: ['a', 'b'] } as never, never);
    return Array.fromAsync(events ?? []);
  };
  const lost = failure('engine_disconnected');

  it('begin anew on another replica, also half-way', async () => {
    const events = await embed(embedding(vector(1, 'old'), lost), embedding(vector(0, 'new0'), vector(1, 'new1')));

    expect(events).toEqual([vector(1, 'old'), vector(0, 'new0'), vector(1, 'new1')]);
  });

  it('are never of two replicas', async () => {
    await expect(embed(embedding(vector(1, 'old'), lost), embedding(vector(0, 'new')))).rejects.toMatchObject({
      code: 'engine_error',
    });
  });
});
