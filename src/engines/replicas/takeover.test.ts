import { describe, expect, it } from 'vitest';
import { asked, bad, failure, good, pair, replicaSet, textOf } from '../../../test/support/replica-set.ts';
import { answer, piece, role, scriptedEngine, usageOf, type Step } from '../../../test/support/scripted-engine.ts';
import type { ManifoldError, ErrorCode } from '../../errors.ts';
import { supervisedPolicy } from './policy.ts';

const never = new AbortController().signal;

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

  it('and what it would have emulated is forgotten too where a set is asked through another', async () => {
    const first = scriptedEngine([role(), failure('engine_error')], { emulated: ['seed'] });
    const { set: inner } = replicaSet([
      { name: 'first', engine: first },
      { name: 'second', engine: good(), tier: 1 },
    ]);
    const { set } = replicaSet([{ name: 'inner', engine: inner }]);
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

  it('is asked on for a request that it answered between the losses of two connections', async () => {
    const cut = [role(), piece('He'), failure('engine_disconnected')];
    const engine = scriptedEngine((attempt) => (attempt === 2 || attempt === 4 ? answer('whole') : cut));
    const { set } = replicaSet([{ name: 'only', engine }]);
    const ask = () => textOf(set.chat(asked('again and again'), never));

    await expect(ask()).rejects.toMatchObject({ code: 'engine_disconnected' });
    expect(await ask()).toBe('whole');
    await expect(ask()).rejects.toMatchObject({ code: 'engine_disconnected' });
    expect(await ask()).toBe('whole');
  });

  describe('under which a request is lost again and again', () => {
    const cut = [role(), failure('engine_disconnected')];
    const outcomes = async (steps: readonly (readonly Step[] | ManifoldError)[], policy = {}) => {
      const engine = scriptedEngine((attempt) => steps[attempt - 1] ?? cut);
      const { set, clock } = replicaSet([{ name: 'only', engine }], policy);
      const codes: unknown[] = [];
      for (let at = 0; at < 3; at++) {
        const asking = textOf(set.chat(asked('deadly'), never)).catch((reason: ManifoldError) => reason.code);
        await clock.advance(5000);
        codes.push(await asking);
      }
      return codes;
    };

    it('is asked on: one engine was lost, if any, and not two', async () => {
      expect(await outcomes([])).toEqual(['engine_disconnected', 'engine_disconnected', 'engine_disconnected']);
    });

    it('is not asked on where it was gone in between: it came back as another engine', async () => {
      expect(await outcomes([cut, failure('engine_unreachable')])).toEqual([
        'engine_unreachable',
        'engine_disconnected',
        'request_quarantined',
      ]);
    });

    it('is not asked on where a supervisor starts another process each time', async () => {
      expect(await outcomes([], supervisedPolicy)).toEqual([
        'engine_disconnected',
        'request_quarantined',
        'request_quarantined',
      ]);
    });

    it('is asked on where one process died under several of its kind', async () => {
      const cutLate = [role(), piece('He'), failure('engine_disconnected')];
      const engine = scriptedEngine((attempt) => (attempt <= 4 ? cutLate : answer('whole')));
      const { set } = replicaSet([{ name: 'only', engine }], supervisedPolicy);
      const ask = () => textOf(set.chat(asked('sampled'), never)).catch((reason: ManifoldError) => reason.code);

      expect(new Set(await Promise.all([ask(), ask(), ask(), ask()]))).toEqual(new Set(['engine_disconnected']));
      expect(await ask()).toBe('whole');
    });
  });

  it('is asked on however often it fails: there is no better one', async () => {
    const engine = bad(failure('engine_error'));
    const { set, events } = replicaSet([{ name: 'only', engine }]);
    for (let at = 0; at < 20; at++) await expect(textOf(set.chat(asked(`${at}`), never))).rejects.toThrow('x');

    expect(engine.requests).toHaveLength(20);
    expect(events).toEqual([]);
  });
});
