import { expect, it } from 'vitest';
import { anonymous } from '../../access/anonymous.ts';
import { limitSubjects } from './limit-subjects.ts';

const limits = {
  global: { requestsPerMinute: 1000 },
  models: { m: { tokensPerMinute: 5 } },
  teams: { t: { concurrency: 3 } },
  perKey: { requestsPerMinute: 10 },
};

it('a request is held to the limits of its key, team, model and the server', () => {
  const principal = { ...anonymous, keyId: 'k', team: 't', limits: { costPerDay: 1 } };

  expect(limitSubjects(limits, principal, 'm')).toEqual([
    { kind: 'key', id: 'k', limits: { costPerDay: 1 } },
    { kind: 'team', id: 't', limits: { concurrency: 3 } },
    { kind: 'model', id: 'm', limits: { tokensPerMinute: 5 } },
    { kind: 'global', id: 'global', limits: { requestsPerMinute: 1000 } },
  ]);
});

it('a key without limits of its own has those of all keys, and a name that means something to objects has none', () => {
  const principal = { ...anonymous, keyId: 'k', team: '__proto__' };

  expect(limitSubjects(limits, principal, 'constructor')).toEqual([
    { kind: 'key', id: 'k', limits: { requestsPerMinute: 10 } },
    { kind: 'team', id: '__proto__', limits: {} },
    { kind: 'model', id: 'constructor', limits: {} },
    { kind: 'global', id: 'global', limits: { requestsPerMinute: 1000 } },
  ]);
});

it('a key that says no more than how much is saved up has no limits of its own', () => {
  const principal = { ...anonymous, keyId: 'k', limits: { burst: 2 } };

  expect(limitSubjects(limits, principal)[0]).toEqual({ kind: 'key', id: 'k', limits: { requestsPerMinute: 10 } });
});
