import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/support/fake-clock.ts';
import { failure, good } from '../../../test/support/replica-set.ts';
import { Member } from './member.ts';
import { createNextReplica } from './next-replica.ts';
import { overflowPolicy, supervisedPolicy, type ReplicaPolicy } from './policy.ts';
import { createQuarantine } from './quarantine.ts';
import { createRetryBudget } from './retry-budget.ts';

interface Case {
  readonly replicas?: number;
  readonly policy?: Partial<ReplicaPolicy>;
  readonly isCommitted?: boolean;
  readonly deadlineAt?: number;
}

/** A request before replicas of which none was asked, and what was counted of it. */
function going({ replicas = 3, policy: changes, isCommitted = false, deadlineAt = Infinity }: Case = {}) {
  const clock = fakeClock();
  const policy = { ...supervisedPolicy, retries: { ...supervisedPolicy.retries, mostAttempts: 3 }, ...changes };
  const log = { info: () => undefined, warn: () => undefined };
  const told: string[] = [];
  const observer = {
    outstandingChanged: () => undefined,
    ejected: () => undefined,
    retried: (name: string, code: string) => void told.push(`${name} ${code}`),
    removed: () => undefined,
  };
  const member = (name: string) =>
    new Member(
      { name, engine: good() },
      { policy, clock, log, observer, mayEject: () => false, onIdle: () => undefined },
    );
  const members = ['a', 'b', 'c', 'd'].slice(0, replicas).map(member);
  const leaving = new AbortController();
  const next = createNextReplica(
    {
      policy,
      clock,
      random: () => 1,
      log,
      observer,
      budget: createRetryBudget(policy.retries, clock),
      quarantine: createQuarantine(clock),
      pick: (tried) => members.find((each) => !tried.has(each) && !each.isDraining),
      hasOther: (tried) => members.some((each) => !tried.has(each)),
      whyNone: () => failure('no_engine_available'),
    },
    {
      request: { messages: [] },
      reading: { isCommitted: () => isCommitted, used: () => undefined, restart: () => void told.push('restart') },
      signal: leaving.signal,
      deadlineAt,
      caller: { onLostAttempt: () => void told.push('lost') },
    },
  );
  return { next, told, clock, members, member, leave: (reason: unknown) => leaving.abort(reason) };
}

describe('where a request goes', () => {
  it('is nowhere without a replica', () => {
    expect(() => going({ replicas: 0 }).next.first()).toThrow(expect.objectContaining({ code: 'no_engine_available' }));
  });

  it('after a failure is the next replica, and what was begun is forgotten', async () => {
    const { next, told } = going();
    const first = next.first();

    expect((await next.after(first, failure('engine_error'))).name).toBe('b');
    expect(told).toEqual(['lost', 'restart', 'a engine_error']);
  });

  it('after a busy one is the next, and no attempt is lost', async () => {
    const { next, told } = going();

    expect((await next.after(next.first(), failure('engine_overloaded'))).name).toBe('b');
    expect(told).toEqual(['restart', 'a engine_overloaded']);
  });

  it.each([
    ['after what the client did', {}, 'invalid_value'],
    ['after content', { isCommitted: true }, 'engine_error'],
    ['after its deadline', { deadlineAt: 0 }, 'engine_error'],
    ['where the endpoint routes by itself', { policy: { selfRouting: true } }, 'engine_error'],
    ['without a budget', { policy: { retries: { ...supervisedPolicy.retries, burst: 0 } } }, 'engine_error'],
  ] as const)('%s is nowhere', async (_, state, code) => {
    const { next, told } = going(state);

    await expect(next.after(next.first(), failure(code))).rejects.toMatchObject({ code });
    expect(told).not.toContain('restart');
  });

  it('is nowhere after as many attempts as it has, nor after two lost engines', async () => {
    const refused = going({ replicas: 4 });
    const second = await refused.next.after(refused.next.first(), failure('engine_error'));
    const third = await refused.next.after(second, failure('engine_error'));
    await expect(refused.next.after(third, failure('engine_error'))).rejects.toMatchObject({ code: 'engine_error' });

    const lost = going({ replicas: 4 });
    const other = await lost.next.after(lost.next.first(), failure('engine_disconnected'));
    await expect(lost.next.after(other, failure('engine_disconnected'))).rejects.toMatchObject({
      code: 'engine_disconnected',
    });
  });

  it('is a 503 where the engine does not know the model: the client named one that is served', async () => {
    const { next } = going({ replicas: 1 });

    await expect(next.after(next.first(), failure('model_not_found'))).rejects.toMatchObject({
      code: 'model_unavailable',
    });
  });

  it('is nowhere once nobody waits', async () => {
    const { next, leave } = going();
    const first = next.first();
    leave(failure('client_closed_request'));

    await expect(next.after(first, failure('engine_error'))).rejects.toMatchObject({ code: 'client_closed_request' });
  });
});

describe('where a request goes that lost the connection to the only replica', () => {
  it('is there again, after a moment, once', async () => {
    const { next, clock } = going({ replicas: 1, policy: supervisedPolicy });
    const again = next.after(next.first(), failure('engine_disconnected'));
    await clock.advance(99);
    expect(clock.waiting()).toBe(1);
    await clock.advance(1);
    const member = await again;

    expect(member.name).toBe('a');
    await expect(next.after(member, failure('engine_disconnected'))).rejects.toMatchObject({
      code: 'engine_disconnected',
    });
  });

  it('is another one that came meanwhile, and nowhere if it is gone itself', async () => {
    const come = going({ replicas: 1 });
    const toAnother = come.next.after(come.next.first(), failure('engine_disconnected'));
    come.members.push(come.member('late'));
    await come.clock.advance(100);
    expect((await toAnother).name).toBe('late');

    const gone = going({ replicas: 1 });
    const [only] = gone.members;
    const refused = gone.next.after(gone.next.first(), failure('engine_disconnected'));
    refused.catch(() => undefined);
    if (only) only.isDraining = true;
    await gone.clock.advance(100);

    await expect(refused).rejects.toMatchObject({ code: 'engine_disconnected' });
  });
});

describe('where a request goes that an engine of one kind cannot take', () => {
  it('is one of another kind, whatever is left of the budget', async () => {
    const { next } = going({ policy: { ...overflowPolicy, retries: { ...overflowPolicy.retries, burst: 0 } } });

    expect((await next.after(next.first(), failure('unsupported_parameter'))).name).toBe('b');
  });

  it('is nowhere without another kind; then the trouble of the others is told, and not what this one lacks', async () => {
    const alone = going({ replicas: 1, policy: overflowPolicy });
    await expect(alone.next.after(alone.next.first(), failure('unsupported_parameter'))).rejects.toMatchObject({
      code: 'unsupported_parameter',
    });

    const two = going({ replicas: 2, policy: overflowPolicy });
    const second = await two.next.after(two.next.first(), failure('engine_overloaded'));
    await expect(two.next.after(second, failure('unsupported_parameter'))).rejects.toMatchObject({
      code: 'engine_overloaded',
    });
  });
});
