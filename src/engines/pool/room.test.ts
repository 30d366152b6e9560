import { describe, expect, it } from 'vitest';
import { fakeLocalModel, needOf } from '../../../test/support/fake-local-model.ts';
import { poolOf, turns } from '../../../test/support/pool-of.ts';
import { ManifoldError } from '../../errors.ts';
import { createRoom, type Tenant } from './room.ts';

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

  it('goes on to who waits when a busy model that died has to ask for it anew', async () => {
    let free = 300;
    const room = createRoom({ free: () => free, reserve: 0, memoryLimit: Infinity, maxLoaded: Infinity });
    const busy = (id: string): Tenant => ({
      id,
      isPinned: false,
      lastUsedAt: 0,
      isIdle: () => false,
      hold: () => () => undefined,
      whenIdle: () => new Promise(() => undefined),
      unload: async () => undefined,
    });
    const planOf = (bytes: number) => ({ wanted: needOf(bytes), least: needOf(bytes), mapped: 0, graphics: null });
    const never = new AbortController().signal;
    const dying = busy('dying');
    await room.admit(dying, planOf(200), never);
    room.settled(dying, needOf(200));
    free = 100;
    const waiting = room.admit(busy('waiting'), planOf(150), never);
    await turns();
    const behind = room.admit(busy('behind'), planOf(1), never);
    // Something else took a part of what its death made free.
    free = 180;
    const again = room.admit(dying, planOf(200), never);

    expect(await waiting).toBe(180);
    expect(await behind).toBe(30);
    await expect(again).rejects.toMatchObject({ code: 'insufficient_memory' });
  });
});
