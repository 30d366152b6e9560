import { describe, expect, it } from 'vitest';
import { asked, bad, failure, good, pair, replicaSet, textOf } from '../../../test/support/replica-set.ts';
import { answer, finish, piece, scriptedEngine, usageOf, type Step } from '../../../test/support/scripted-engine.ts';
import { supervisedPolicy } from './policy.ts';

const never = new AbortController().signal;

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

  it('goes on counting one that came back while its streams of before still ran', async () => {
    const old = { name: 'a', engine: scriptedEngine([piece('still'), finish(), usageOf(1, 1)]) };
    const { set, events, outstanding } = replicaSet([old]);
    const before = (await set.chat(asked('x'), never))[Symbol.asyncIterator]();
    set.update([{ name: 'b', engine: good() }]);
    set.update([{ name: 'a', engine: scriptedEngine(['stall']) }]);
    const leaving = new AbortController();
    await set.chat(asked('y'), leaving.signal);
    while ((await before.next()).done !== true);
    leaving.abort();

    expect(events).toEqual(['b removed']);
    expect(outstanding.get('a')).toBe(0);
  });

  it('goes on counting one that is gone again while its streams of before still run', async () => {
    const old = { name: 'a', engine: scriptedEngine([piece('still'), finish(), usageOf(1, 1)]) };
    const { set, events } = replicaSet([old]);
    const before = (await set.chat(asked('x'), never))[Symbol.asyncIterator]();
    set.update([{ name: 'a', engine: good() }]);
    set.update([{ name: 'b', engine: good() }]);
    expect(events).toEqual([]);
    while ((await before.next()).done !== true);

    expect(events).toEqual(['a removed']);
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
    expect(set.state()).toEqual({ kind: 'ready', contextLength: 1000, longestContext: 4096, slots: 6 });
    engines[1]?.setState({ kind: 'loading', progress: 0.3 });
    engines[2]?.setState({ kind: 'failed', message: 'gone' });
    expect(set.state()).toEqual({ kind: 'loading', progress: 0.3 });
    engines[1]?.setState({ kind: 'failed', message: 'lost' });

    expect(set.state()).toEqual({ kind: 'failed', message: 'gone lost' });
  });

  it('has for clients what each would tell them', () => {
    const engines = [good(), good()];
    const { set } = replicaSet(engines.map((engine, at) => ({ name: `${at}`, engine })));
    engines[0]?.setState({ kind: 'failed', message: '/models/m.gguf is gone.', told: 'm.gguf is gone.' });
    engines[1]?.setState({ kind: 'failed', message: 'It cannot be reached.' });

    expect(set.state()).toMatchObject({ told: 'm.gguf is gone. It cannot be reached.' });
  });
});

describe('requests with images', () => {
  const image = { type: 'image_url', image_url: { url: 'data:image/png;base64,AA==' } };
  const seen = () => ({ ...asked('x'), messages: [{ role: 'user' as const, content: [image] as never }] });

  it('go to the replicas that take them, whatever the tier', async () => {
    const seeing = { ...scriptedEngine(answer('seen')), acceptsImages: () => true };
    const { set } = replicaSet([
      { name: 'reading', engine: good() },
      { name: 'seeing', engine: seeing, tier: 1 },
    ]);

    expect(set.acceptsImages()).toBe(true);
    expect(await textOf(set.chat(seen(), never))).toBe('seen');
    expect(await textOf(set.chat(asked('y'), never))).toBe('good');
  });

  it('are for the replicas to refuse where none takes them', async () => {
    const { set } = replicaSet([{ name: 'only', engine: bad(failure('unsupported_content')) }]);

    expect(set.acceptsImages()).toBe(false);
    await expect(textOf(set.chat(seen(), never))).rejects.toMatchObject({ code: 'unsupported_content' });
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
