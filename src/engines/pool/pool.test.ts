import { describe, expect, it } from 'vitest';
import { fakeLocalModel } from '../../../test/support/fake-local-model.ts';
import { minute, poolOf, turns } from '../../../test/support/pool-of.ts';
import { ManifoldError } from '../../errors.ts';

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

  it('unloads by hand what still waits to be loaded once it has answered', async () => {
    const models = ['a', 'b', 'c', 'd'].map((id) => fakeLocalModel(id, { bytes: 200 }));
    const [a, , , d] = models;
    if (a) a.answers.holds = true;
    const { pool, chat } = poolOf(models);
    const answers = [];
    // Two wait for the memory that the first has, and the last one behind them.
    for (const id of ['a', 'b', 'c', 'd']) {
      answers.push(chat(id));
      await turns();
    }
    let isUnloaded = false;
    const unloaded = pool.unload('d').then(() => (isUnloaded = true));
    await turns();
    expect(isUnloaded).toBe(false);
    a?.answers.release();
    await unloaded;

    expect(await Promise.all(answers)).toEqual(['a.', 'b.', 'c.', 'd.']);
    expect(d?.events).toEqual(['load', 'ready', 'close']);
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
