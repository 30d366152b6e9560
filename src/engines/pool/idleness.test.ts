import { describe, expect, it } from 'vitest';
import { ask } from '../../../test/support/engine.ts';
import { fakeLocalModel } from '../../../test/support/fake-local-model.ts';
import { minute, poolOf, turns } from '../../../test/support/pool-of.ts';
import { embeddingRequest } from '../../api/embeddings.ts';

describe('a model that is loaded', () => {
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
});
