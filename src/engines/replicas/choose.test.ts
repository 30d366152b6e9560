import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/support/fake-clock.ts';
import { answer, scriptedEngine } from '../../../test/support/scripted-engine.ts';
import { prefixDigest } from './affinity.ts';
import { choose } from './choose.ts';
import { Member } from './member.ts';
import { supervisedPolicy } from './policy.ts';
import type { Replica } from './replica.ts';

const clock = fakeClock();

function member(name: string, place: Partial<Replica> = {}): Member {
  return new Member(
    { name, engine: scriptedEngine(answer('x')), ...place },
    {
      policy: supervisedPolicy,
      clock,
      log: { info: () => undefined, warn: () => undefined },
      observer: {
        outstandingChanged: () => undefined,
        ejected: () => undefined,
        retried: () => undefined,
        removed: () => undefined,
      },
      mayEject: () => true,
      onIdle: () => undefined,
    },
  );
}

/** A generator of its own, so that shares are the same in every run. */
function numbers(seed = 1): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

function countsOf(members: readonly Member[], times: number, preferences: { affinity?: () => number } = {}) {
  const random = numbers();
  const counts: Record<string, number> = {};
  for (let at = 0; at < times; at++) {
    const chosen = choose(members, { affinity: preferences.affinity?.(), stickyUpTo: 1.5, random });
    counts[chosen?.name ?? 'none'] = (counts[chosen?.name ?? 'none'] ?? 0) + 1;
  }
  return counts;
}

describe('the choice of a replica', () => {
  it('is of nothing when there is none', () => {
    expect(choose([], { stickyUpTo: 1.5, random: Math.random })).toBeUndefined();
  });

  it('goes by weight while all are idle', () => {
    const counts = countsOf([member('big', { weight: 3 }), member('small')], 4000);

    expect(counts['big']).toBeGreaterThan(2850);
    expect(counts['big']).toBeLessThan(3150);
  });

  it('evens out work for weight', () => {
    const members = [member('big', { weight: 3 }), member('a'), member('b')];
    const random = numbers();
    for (let at = 0; at < 500; at++) choose(members, { stickyUpTo: 1.5, random })?.enter();

    expect(members.map(({ outstanding }) => Math.round(outstanding / 10))).toEqual([30, 10, 10]);
  });

  it('takes a higher tier only when the lower one is full', () => {
    const local = member('local', { capacity: 2 });
    const hosted = member('hosted', { tier: 1 });
    const names = [0, 1, 2].map(() => {
      const chosen = choose([local, hosted], { stickyUpTo: 1.5, random: Math.random });
      chosen?.enter();
      return chosen?.name;
    });

    expect(names).toEqual(['local', 'local', 'hosted']);
  });

  it('asks a full one rather than none', () => {
    const local = member('local', { capacity: 1 });
    local.enter();

    expect(choose([local], { stickyUpTo: 1.5, random: Math.random })).toBe(local);
  });

  it('leaves one that is loading alone while another is ready', () => {
    const engine = scriptedEngine(answer('x'));
    engine.setState({ kind: 'loading', progress: 0.5 });
    const loading = member('loading', { engine });

    expect(choose([loading, member('ready', { tier: 1 })], { stickyUpTo: 1.5, random: Math.random })?.name).toBe(
      'ready',
    );
    expect(choose([loading], { stickyUpTo: 1.5, random: Math.random })?.name).toBe('loading');
  });
});

describe('requests with a common beginning', () => {
  it('meet on one replica, and different ones spread by weight', () => {
    const members = [member('big', { weight: 2 }), member('a'), member('b')];
    const random = numbers(7);
    const same = countsOf(members, 100, { affinity: () => 123_456 });
    const different = countsOf(members, 4000, { affinity: () => Math.floor(random() * 2 ** 32) });

    expect(Object.values(same)).toEqual([100]);
    expect(different['big']).toBeGreaterThan(1850);
    expect(different['big']).toBeLessThan(2150);
  });

  it('go elsewhere once their replica is much busier, to the same one again', () => {
    const members = ['a', 'b', 'c', 'd'].map((name) => member(name));
    const preferences = { affinity: 99, stickyUpTo: 1.5, random: Math.random };
    const first = choose(members, preferences);
    const names: (string | undefined)[] = [];
    for (let at = 0; at < 40; at++) {
      const chosen = choose(members, preferences);
      chosen?.enter();
      names.push(chosen?.name);
    }
    const most = Math.max(...members.map(({ outstanding }) => outstanding));

    expect(first?.outstanding).toBe(most);
    expect(most).toBeLessThanOrEqual(16);
    expect(names.slice(0, 2)).toEqual([first?.name, first?.name]);
  });

  it('move only if their replica leaves', () => {
    const members = ['a', 'b', 'c', 'd'].map((name) => member(name));
    const random = numbers(3);
    const digests = Array.from({ length: 200 }, () => Math.floor(random() * 2 ** 32));
    const home = (among: readonly Member[]) =>
      digests.map((affinity) => choose(among, { affinity, stickyUpTo: 1.5, random })?.name);
    const before = home(members);
    const after = home(members.filter(({ name }) => name !== 'c'));

    expect(before.filter((name, at) => name !== 'c' && name !== after[at])).toEqual([]);
  });

  it('are those of one key, up to the first message of the user', () => {
    const asked = (...texts: readonly string[]) => ({
      messages: texts.map((content, at) =>
        at % 2 === 0 ? { role: 'user' as const, content } : { role: 'assistant' as const, content },
      ),
    });
    const digest = prefixDigest(asked('Hi'), 'key');

    expect(prefixDigest(asked('Hi', 'Hello', 'And now?'), 'key')).toBe(digest);
    expect(prefixDigest(asked('Ho'), 'key')).not.toBe(digest);
    expect(prefixDigest(asked('Hi'), 'other')).not.toBe(digest);
    expect(prefixDigest({ messages: [], prompt: `${'x'.repeat(5000)}a` }, 'key')).toBe(
      prefixDigest({ messages: [], prompt: `${'x'.repeat(5000)}b` }, 'key'),
    );
  });
});
