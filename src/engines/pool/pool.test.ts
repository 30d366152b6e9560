import { describe, expect, it } from 'vitest';
import { ask } from '../../../test/support/engine.ts';
import { fakeClock } from '../../../test/support/fake-clock.ts';
import { fakeLocalModel, type FakeLocalModel } from '../../../test/support/fake-local-model.ts';
import { embeddingRequest } from '../../api/embeddings.ts';
import { ManifoldError } from '../../errors.ts';
import { createPool, type PoolSettings } from './pool.ts';

const minute = 60_000;
const turns = async (count = 20) => {
  for (let at = 0; at < count; at++) await new Promise((resolve) => setImmediate(resolve));
};

/** A machine with memory for `free` bytes of models, all of it given to those in `models`. */
function poolOf(models: readonly FakeLocalModel[], settings: Partial<PoolSettings> = {}) {
  const clock = fakeClock();
  const failures: unknown[] = [];
  const loads: unknown[] = [];
  const log = { error: (fields: object) => void failures.push(fields) };
  const pool = createPool(
    models,
    { loadTimeoutMs: minute, keepAliveMs: 5 * minute, free: () => 1e9, memoryLimit: 250, threads: 8, ...settings },
    { clock, log, onLoadEnded: (id, tookMs, failure) => void loads.push([id, tookMs, failure?.code]) },
  );
  const chat = async (id: string, signal = new AbortController().signal, fields: Parameters<typeof ask>[1] = {}) => {
    let text = '';
    const stream = await pool.find(id)?.engine.chat(ask('hello', fields), signal);
    for await (const { choices } of stream ?? []) text += choices[0]?.delta.content ?? '';
    return text;
  };
  /** A chat that says how long the model is kept. */
  const keep = (id: string, keepAlive: number | string) => chat(id, undefined, { keep_alive: keepAlive });
  const stateOf = (id: string) => pool.find(id)?.engine.state().kind;
  return { pool, clock, chat, keep, stateOf, failures, loads };
}

describe('a model of the pool', () => {
  it('is loaded by its first request, once for all that come meanwhile', async () => {
    const model = fakeLocalModel('a');
    model.loads.holds = true;
    const { chat, stateOf } = poolOf([model]);
    expect(stateOf('a')).toBe('available');
    const answers = Promise.all([chat('a'), chat('a'), chat('a')]);
    await turns();
    expect(stateOf('a')).toBe('loading');
    model.loads.release();

    expect(await answers).toEqual(['a.', 'a.', 'a.']);
    expect(model.events).toEqual(['load', 'ready']);
  });

  it('tells what each load took, and by what it failed', async () => {
    const [slow, broken] = [fakeLocalModel('slow'), fakeLocalModel('broken')];
    slow.loads.holds = true;
    broken.loads.fails = new ManifoldError('model_unavailable', 'It is no model.');
    const { chat, clock, loads } = poolOf([slow, broken]);
    const answer = chat('slow');
    await turns();
    await clock.advance(2000);
    slow.loads.release();
    await answer;
    await expect(chat('broken')).rejects.toThrow('It is no model.');

    expect(loads).toEqual([
      ['slow', 2000, undefined],
      ['broken', 0, 'model_unavailable'],
    ]);
  });

  it('is unloaded when nobody asked for as long as it is kept, counted from the last answer', async () => {
    const model = fakeLocalModel('a');
    const { chat, clock, stateOf, pool } = poolOf([model]);
    await chat('a');
    await clock.advance(4 * minute);
    await chat('a');
    expect(pool.report()[0]).toMatchObject({ expiresInMs: 5 * minute, users: 0 });
    await clock.advance(4 * minute);
    expect(stateOf('a')).toBe('ready');
    await clock.advance(minute);
    await turns();

    expect(stateOf('a')).toBe('available');
    expect(await chat('a')).toBe('a.');
    expect(model.events).toEqual(['load', 'ready', 'close', 'load', 'ready']);
  });

  it.each([
    ['at once where it is kept for no time', { keepAliveMs: 0 }, 1, 'available'],
    ['never where it is kept for ever', { keepAliveMs: Infinity }, 1e9, 'ready'],
    ['never where it is pinned', { keepAliveMs: 1000, isPinned: true }, 1e9, 'ready'],
  ])('is unloaded %s', async (_when, options, ms, state) => {
    const { chat, clock, stateOf } = poolOf([fakeLocalModel('a', options)]);
    await chat('a');
    await clock.advance(ms);
    await turns();

    expect(stateOf('a')).toBe(state);
  });

  it('is not unloaded while it answers, however long that takes', async () => {
    const model = fakeLocalModel('a', { keepAliveMs: 0 });
    model.answers.holds = true;
    const { chat, clock, stateOf } = poolOf([model]);
    const answer = chat('a');
    await clock.advance(60 * minute);
    expect(stateOf('a')).toBe('ready');
    model.answers.release();

    expect(await answer).toBe('a.');
  });

  it('is kept as long as it was loaded for by hand, until it is loaded again', async () => {
    const { pool, chat, clock, stateOf } = poolOf([fakeLocalModel('a')]);
    await pool.load('a', { keepAliveMs: minute });
    await chat('a');
    await clock.advance(minute);
    await turns();
    expect(stateOf('a')).toBe('available');
    await chat('a');
    await clock.advance(minute);

    expect(stateOf('a')).toBe('ready');
  });

  it.each<[string, number | string, object, number, string]>([
    ['at once where it says 0', 0, {}, 1, 'available'],
    ['after the time that it says', '90s', {}, 1.5 * minute, 'available'],
    ['not before that, though the configuration says less', '10m', {}, 9 * minute, 'ready'],
    ['never where it says less than 0', -1, {}, 1e9, 'ready'],
    ['never where it is pinned, whatever it says', 0, { isPinned: true }, 1e9, 'ready'],
  ])('is unloaded after a request %s', async (_when, keepAlive, options, ms, state) => {
    const model = fakeLocalModel('a', options);
    const { keep, clock, stateOf } = poolOf([model]);
    await keep('a', keepAlive);
    await clock.advance(ms);
    await turns();

    expect(stateOf('a')).toBe(state);
    // How long it stays is no matter of its engine.
    expect(model.requests).toMatchObject([{ keep_alive: undefined }]);
  });

  it('is kept as a request said until another says otherwise, or it is loaded again', async () => {
    const { pool, chat, keep, clock, stateOf } = poolOf([fakeLocalModel('a')]);
    await keep('a', -1);
    await chat('a');
    await clock.advance(60 * minute);
    expect(stateOf('a')).toBe('ready');
    await keep('a', 60);
    await chat('a');
    expect(pool.report()[0]).toMatchObject({ expiresInMs: minute });
    await clock.advance(minute);
    await turns();
    expect(stateOf('a')).toBe('available');
    await chat('a');

    expect(pool.report()[0]).toMatchObject({ expiresInMs: 5 * minute });
  });

  it('that a request keeps for ever is put out all the same when its memory is needed', async () => {
    const { chat, keep, stateOf } = poolOf([fakeLocalModel('a', { bytes: 200 }), fakeLocalModel('b', { bytes: 200 })]);
    await keep('a', -1);
    await chat('b');

    expect(['a', 'b'].map(stateOf)).toEqual(['available', 'ready']);
  });

  it('is kept as long as who wants vectors says, or what it would read', async () => {
    const model = fakeLocalModel('a');
    const { pool } = poolOf([model]);
    const engine = pool.find('a')?.engine;
    const { signal } = new AbortController();
    const wanted = embeddingRequest.parse({ model: 'a', input: 'x', keep_alive: 1 });
    for await (const { index } of (await engine?.embed?.(wanted, signal)) ?? []) expect(index).toBe(0);
    expect(pool.report()[0]).toMatchObject({ expiresInMs: 1000 });
    await engine?.render?.(ask('hello', { keep_alive: '2s' }), signal);

    expect(pool.report()[0]).toMatchObject({ expiresInMs: 2000 });
    expect(model.requests).toMatchObject([{ keep_alive: undefined }, { keep_alive: undefined }]);
  });

  it('is given back by a request that left before it read anything', async () => {
    const { pool, clock, stateOf } = poolOf([fakeLocalModel('a', { keepAliveMs: 0 })]);
    const leaving = new AbortController();
    await pool.find('a')?.engine.chat(ask('hello'), leaving.signal);
    await clock.advance(minute);
    expect(stateOf('a')).toBe('ready');
    leaving.abort();
    await clock.advance(minute);
    await turns();

    expect(stateOf('a')).toBe('available');
  });

  it('that cannot be loaded says why, to every request, and is tried again by hand', async () => {
    const model = fakeLocalModel('a');
    model.loads.fails = new ManifoldError('model_unavailable', 'This model cannot run: its file is damaged.');
    const { pool, chat } = poolOf([model]);
    await expect(chat('a')).rejects.toMatchObject({ code: 'model_unavailable' });
    await expect(chat('a')).rejects.toMatchObject({ code: 'model_unavailable' });
    expect(pool.find('a')?.engine.state()).toMatchObject({
      kind: 'failed',
      message: expect.stringMatching('damaged'),
    });
    expect(model.events).toEqual(['load', 'close']);
    model.loads.fails = undefined;
    await pool.load('a');

    expect(await chat('a')).toBe('a.');
  });

  it('that takes longer than a request waits answers later ones', async () => {
    const model = fakeLocalModel('a');
    model.loads.holds = true;
    const { chat, clock, stateOf } = poolOf([model]);
    const answer = chat('a').catch((error: unknown) => error);
    await clock.advance(minute);
    expect(await answer).toMatchObject({ code: 'model_loading', retryAfterSeconds: 5 });
    expect(stateOf('a')).toBe('loading');
    model.loads.release();

    expect(await chat('a')).toBe('a.');
  });

  it('takes no more waiting requests than it has slots for many times over', async () => {
    const model = fakeLocalModel('a', { slots: 1 });
    model.loads.holds = true;
    const { chat } = poolOf([model]);
    const waiting = Array.from({ length: 64 }, () => chat('a'));
    await expect(chat('a')).rejects.toMatchObject({ code: 'engine_overloaded' });
    model.loads.release();

    expect(new Set(await Promise.all(waiting))).toEqual(new Set(['a.']));
  });

  it('is told by name which of its adapters is asked for', async () => {
    const model = fakeLocalModel('a', { adapters: ['x', 'y'] });
    const { pool, chat } = poolOf([model]);
    await chat('a:y');
    await chat('a');

    expect(pool.models().map(({ id, base }) => [id, base])).toEqual([
      ['a', undefined],
      ['a:x', 'a'],
      ['a:y', 'a'],
    ]);
    expect(model.callers.map((caller) => caller?.adapter)).toEqual(['y', undefined]);
    expect(model.events).toEqual(['load', 'ready']);
  });
});

describe('the memory of the pool', () => {
  it('goes to who asks, from the one that was not used for the longest', async () => {
    const models = ['a', 'b', 'c'].map((id) => fakeLocalModel(id));
    const { chat, clock, stateOf } = poolOf(models);
    for (const id of ['a', 'b', 'a', 'c']) {
      await chat(id);
      await clock.advance(1);
    }

    expect(['a', 'b', 'c'].map(stateOf)).toEqual(['ready', 'available', 'ready']);
  });

  it('is never taken from a pinned model', async () => {
    const models = [fakeLocalModel('a', { isPinned: true }), fakeLocalModel('b'), fakeLocalModel('c', { bytes: 200 })];
    const { pool, chat, stateOf } = poolOf(models);
    await pool.start();
    expect(stateOf('a')).toBe('ready');
    await chat('b');
    const failure = await chat('c').catch((error: unknown) => error);

    expect(failure).toMatchObject({ code: 'insufficient_memory', isRetryable: false, param: 'model', status: 503 });
    expect(String(failure)).toMatch(/needs .* at least .* can be made free/);
    // It would not have helped.
    expect(['a', 'b', 'c'].map(stateOf)).toEqual(['ready', 'ready', 'available']);
    expect(pool.find('c')?.engine.state()).toMatchObject({ refused: expect.stringMatching(/can be made free/) });
    expect(pool.find('b')?.engine.state()).not.toHaveProperty('refused');
  });

  it('is taken from a busy model only once it is idle', async () => {
    const [a, b] = [fakeLocalModel('a', { bytes: 200 }), fakeLocalModel('b', { bytes: 200 })];
    a.answers.holds = true;
    const { chat, stateOf } = poolOf([a, b]);
    const first = chat('a');
    await turns();
    const second = chat('b');
    await turns();
    expect(stateOf('a')).toBe('ready');
    expect(a.events).toEqual(['load', 'ready']);
    a.answers.release();

    expect(await Promise.all([first, second])).toEqual(['a.', 'b.']);
    expect(a.events).toEqual(['load', 'ready', 'close']);
  });

  it('comes to everyone in turn, though one is asked without end', async () => {
    const [a, b] = [fakeLocalModel('a', { bytes: 200 }), fakeLocalModel('b', { bytes: 200 })];
    const { chat } = poolOf([a, b]);
    const ending = new AbortController();
    const endless = async () => {
      while (!ending.signal.aborted) {
        expect(await chat('a')).toBe('a.');
        await turns(1);
      }
    };
    const load = [endless(), endless(), endless()];
    await turns();
    expect(await chat('b')).toBe('b.');
    ending.abort();
    await Promise.all(load);
  });

  it('is given to a model as wanted, or what there is, but not less than it needs', async () => {
    const models = [
      fakeLocalModel('a', { isPinned: true, bytes: 100 }),
      fakeLocalModel('b', { bytes: 200, least: 120 }),
      fakeLocalModel('c', { bytes: 200, least: 160 }),
    ];
    const { pool, chat } = poolOf(models);
    await pool.start();
    await chat('b');

    expect(models[1]?.granted).toEqual([150]);
    await expect(chat('c')).rejects.toMatchObject({ code: 'insufficient_memory' });
  });

  it('is what the machine has free, and what is being loaded is not free any more', async () => {
    const [a, b] = [fakeLocalModel('a'), fakeLocalModel('b')];
    a.loads.holds = true;
    const { chat } = poolOf([a, b], { memoryLimit: Infinity, free: () => 250, reserve: 100 });
    const first = chat('a');
    await turns();
    const second = chat('b');
    await turns();
    // Room for one: the other waits until the first was loaded and has answered.
    expect(b.events).toEqual([]);
    a.loads.release();

    // What a took does not show in what this machine has, so that there is room for both now.
    expect(await Promise.all([first, second])).toEqual(['a.', 'b.']);
    expect(a.events).toEqual(['load', 'ready']);
  });

  it('is not waited for by who does not wait any more', async () => {
    const [a, b] = [fakeLocalModel('a', { bytes: 200 }), fakeLocalModel('b', { bytes: 200 })];
    a.answers.holds = true;
    const { chat, stateOf } = poolOf([a, b]);
    const first = chat('a');
    await turns();
    const leaving = new AbortController();
    const second = chat('b', leaving.signal).catch((error: unknown) => error);
    await turns();
    leaving.abort(new ManifoldError('client_closed_request', 'gone'));
    expect(await second).toMatchObject({ code: 'client_closed_request' });
    await turns();
    // Nobody is kept outside for its sake.
    const third = chat('a');
    await turns();
    a.answers.release();

    expect(await Promise.all([first, third])).toEqual(['a.', 'a.']);
    expect([stateOf('a'), stateOf('b')]).toEqual(['ready', 'available']);
    expect(await chat('b')).toBe('b.');
  });

  it('holds no more models than may be loaded', async () => {
    const models = ['a', 'b'].map((id) => fakeLocalModel(id));
    const { chat, stateOf } = poolOf(models, { maxLoaded: 1 });
    await chat('a');
    await chat('b');

    expect(['a', 'b'].map(stateOf)).toEqual(['available', 'ready']);
  });

  it('of GPUs is taken from idle models too, as far as it takes', async () => {
    const graphics = (free: number) => ({ wanted: 80, free });
    const models = [
      fakeLocalModel('a', { bytes: 1, graphics: graphics(100) }),
      fakeLocalModel('b', { bytes: 1 }),
      fakeLocalModel('c', { bytes: 1, graphics: graphics(20) }),
    ];
    const { chat, stateOf } = poolOf(models);
    for (const id of ['a', 'b', 'c']) await chat(id);

    expect(['a', 'b', 'c'].map(stateOf)).toEqual(['available', 'ready', 'ready']);
  });
});

describe('the pool', () => {
  it('divides the threads between the models that are loaded', async () => {
    const models = [fakeLocalModel('a'), fakeLocalModel('b'), fakeLocalModel('c', { threads: 5, bytes: 10 })];
    const { pool, chat } = poolOf(models);
    const threads = () => models.map((model) => model.threadsNow());
    await chat('a');
    expect(threads()).toEqual([8, 0, 0]);
    await chat('b');
    expect(threads()).toEqual([4, 4, 0]);
    await chat('c');
    expect(threads()).toEqual([2, 1, 5]);
    await pool.unload('b');

    expect(threads()[0]).toBe(3);
  });

  it('unloads by hand once requests are answered; who comes meanwhile loads it again', async () => {
    const model = fakeLocalModel('a');
    model.answers.holds = true;
    const { pool, chat } = poolOf([model]);
    const first = chat('a');
    await turns();
    const unloaded = pool.unload('a');
    const second = chat('a');
    await turns();
    expect(model.events).toEqual(['load', 'ready']);
    model.answers.release();
    await unloaded;

    expect(await Promise.all([first, second])).toEqual(['a.', 'a.']);
    expect(model.events).toEqual(['load', 'ready', 'close', 'load', 'ready']);
  });

  it('takes models on and gives them away while it runs', async () => {
    const { pool, chat } = poolOf([fakeLocalModel('a', { adapters: ['x'] })]);
    pool.add(fakeLocalModel('b'));
    expect(await chat('b')).toBe('b.');
    expect(() => pool.add(fakeLocalModel('a:x'))).toThrow('There is a model "a:x" already');
    await pool.remove('b');

    expect(pool.models().map(({ id }) => id)).toEqual(['a', 'a:x']);
    await expect(pool.load('b')).rejects.toMatchObject({ code: 'model_not_found' });
  });

  it('loads at the start what is pinned and what it is told to, and lives with what fails', async () => {
    const broken = fakeLocalModel('b', { isPinned: true });
    broken.loads.fails = new ManifoldError('model_unavailable', 'broken');
    const models = [fakeLocalModel('a', { isLoadedAtStart: true }), broken, fakeLocalModel('c')];
    const { pool, stateOf, failures } = poolOf(models);
    await pool.start();

    expect(['a', 'b', 'c'].map(stateOf)).toEqual(['ready', 'failed', 'available']);
    expect(failures).toMatchObject([{ model: 'b' }]);
  });

  it('tells no failure of a load that the end of the server cut short', async () => {
    const model = fakeLocalModel('a', { isLoadedAtStart: true });
    model.loads.holds = true;
    const { pool, failures } = poolOf([model]);
    const started = pool.start();
    await turns();
    const closed = pool.close();
    model.loads.release();
    await Promise.all([started, closed]);

    expect(failures).toEqual([]);
  });

  it('closes every model, also one that is being loaded, and takes no more requests', async () => {
    const [a, b] = [fakeLocalModel('a'), fakeLocalModel('b')];
    const { pool, chat } = poolOf([a, b]);
    await chat('a');
    b.loads.holds = true;
    const second = chat('b').catch((error: unknown) => error);
    await turns();
    const closed = pool.close();
    b.loads.release();
    await closed;

    expect(await second).toMatchObject({ code: 'shutting_down' });
    expect(a.events.at(-1)).toBe('close');
    expect(b.events).toContain('close');
    await expect(chat('a')).rejects.toMatchObject({ code: 'shutting_down' });
  });
});
