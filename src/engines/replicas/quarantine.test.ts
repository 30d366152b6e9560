import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/support/fake-clock.ts';
import { createQuarantine } from './quarantine.ts';

const killer = () => ({ model: 'm', messages: [{ role: 'user', content: 'die' }], seed: Math.random() });
const other = { model: 'm', messages: [{ role: 'user', content: 'live' }] };
const alone = false;
const shared = true;

function quarantine() {
  const clock = fakeClock();
  return { clock, quarantine: createQuarantine(clock) };
}

describe('a request under which engines die', () => {
  it('is refused after two, by what it asks for, and others are not', async () => {
    const { quarantine: each } = quarantine();
    await each.lost({ request: killer(), replica: 'a', life: 0, isShared: alone });
    await expect(each.check(killer())).resolves.toBeUndefined();
    await each.lost({ request: killer(), replica: 'b', life: 0, isShared: alone });

    await expect(each.check(killer())).rejects.toMatchObject({ code: 'request_quarantined', status: 422 });
    await expect(each.check(other)).resolves.toBeUndefined();
  });

  it('is refused after three when it always went down with others', async () => {
    const { quarantine: each, clock } = quarantine();
    for (const replica of ['a', 'b']) {
      await each.lost({ request: killer(), replica, life: 0, isShared: shared });
      await clock.advance(5000);
    }
    await expect(each.check(killer())).resolves.toBeUndefined();
    await each.lost({ request: killer(), replica: 'a', life: 1, isShared: shared });

    await expect(each.check(killer())).rejects.toMatchObject({ code: 'request_quarantined' });
  });

  it('is not refused however often it lost the same one', async () => {
    const { quarantine: each, clock } = quarantine();
    for (const isShared of [alone, shared, alone, alone]) {
      await each.lost({ request: killer(), replica: 'a', life: 0, isShared });
      await clock.advance(60_000);
    }
    await expect(each.check(killer())).resolves.toBeUndefined();
    await each.lost({ request: killer(), replica: 'a', life: 1, isShared: shared });

    await expect(each.check(killer())).rejects.toMatchObject({ code: 'request_quarantined' });
  });

  it('is not blamed when another replica has trouble at the time', async () => {
    const { quarantine: each, clock } = quarantine();
    each.troubled(other, 'b');
    await each.lost({ request: killer(), replica: 'a', life: 0, isShared: alone });
    await clock.advance(1000);
    await each.lost({ request: other, replica: 'b', life: 0, isShared: alone });
    await each.lost({ request: killer(), replica: 'a', life: 1, isShared: alone });

    await expect(each.check(killer())).resolves.toBeUndefined();
  });

  it('is not shielded by the engine it killed before', async () => {
    const { quarantine: each } = quarantine();
    const request = killer();
    each.troubled(request, 'c');
    await each.lost({ request, replica: 'a', life: 0, isShared: alone });
    await each.lost({ request, replica: 'b', life: 0, isShared: alone });

    await expect(each.check(request)).rejects.toMatchObject({ code: 'request_quarantined' });
  });

  it('is forgiven when it is answered, and after some minutes', async () => {
    const { quarantine: each, clock } = quarantine();
    await each.lost({ request: killer(), replica: 'a', life: 0, isShared: alone });
    await each.answered(killer());
    await each.lost({ request: killer(), replica: 'a', life: 0, isShared: alone });
    await expect(each.check(killer())).resolves.toBeUndefined();
    await each.lost({ request: killer(), replica: 'a', life: 1, isShared: alone });
    await expect(each.check(killer())).rejects.toThrow('Engines died');
    await clock.advance(10 * 60_000);

    await expect(each.check(killer())).resolves.toBeUndefined();
  });

  it('is told from a long one without holding the event loop', async () => {
    const { quarantine: each } = quarantine();
    const long = { messages: [{ role: 'user', content: 'x'.repeat(32 << 20) }] };
    let rounds = 0;
    const count = () => {
      rounds++;
      again = setImmediate(count);
    };
    let again = setImmediate(count);
    await each.lost({ request: long, replica: 'a', life: 0, isShared: alone });
    clearImmediate(again);

    // Pieces of 256 Ki characters, and everything else has its turn between them.
    expect(rounds).toBeGreaterThanOrEqual(120);
  });
});
