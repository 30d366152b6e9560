import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/support/fake-clock.ts';
import { createHealth, type Probe } from './probe.ts';

function health(probe: Probe) {
  const clock = fakeClock();
  const changes: boolean[] = [];
  const each = createHealth(
    probe,
    { intervalMs: 1000, timeoutMs: 100, faults: 2 },
    { clock, random: () => 0.5, onChange: (isDown) => changes.push(isDown) },
  );
  return { health: each, clock, changes };
}

describe('the checks of a replica', () => {
  it('take it out after failures in a row and back in with one success', async () => {
    let isWell = true;
    const {
      health: each,
      clock,
      changes,
    } = health(async () => {
      if (!isWell) throw new Error('unwell');
    });
    each.start();
    await clock.advance(1);
    isWell = false;
    await clock.advance(1000);
    expect(each.isDown()).toBe(false);
    await clock.advance(1000);
    expect(each.isDown()).toBe(true);
    isWell = true;
    await clock.advance(1000);

    expect(each.isDown()).toBe(false);
    expect(changes).toEqual([true, false]);
  });

  it('count one that does not end as failed, and end it', async () => {
    let aborts = 0;
    const { health: each, clock } = health((signal) => {
      signal.addEventListener('abort', () => void aborts++);
      return new Promise(() => undefined);
    });
    each.start();
    await clock.advance(2250);

    expect(each.isDown()).toBe(true);
    expect(aborts).toBe(2);
  });

  it('stop when told to, leaving no timer', async () => {
    let checks = 0;
    const { health: each, clock } = health(async () => void checks++);
    each.start();
    each.start();
    await clock.advance(2100);
    each.stop();
    await clock.advance(5000);

    expect(checks).toBe(3);
    expect(clock.waiting()).toBe(0);
  });
});
