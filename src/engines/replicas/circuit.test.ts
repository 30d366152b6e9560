import { describe, expect, it } from 'vitest';
import { fakeClock } from '../../../test/support/fake-clock.ts';
import { createCircuit } from './circuit.ts';

function circuit({ mayOpen = (): boolean => true } = {}) {
  const clock = fakeClock();
  let opened = 0;
  const each = createCircuit(
    { faults: 3, openMs: 1000, mostOpenMs: 3000, mostEjected: 1 },
    { clock, mayOpen, onOpen: () => void opened++ },
  );
  const fail = (times: number) => {
    for (let at = 0; at < times; at++) each.enter().end('fault');
  };
  return { circuit: each, clock, fail, opened: () => opened };
}

describe('a circuit', () => {
  it('opens after faults in a row, which a success breaks', () => {
    const { circuit: each, fail, opened } = circuit();
    fail(2);
    each.enter().end('success');
    fail(2);
    expect(each.state()).toBe('closed');
    fail(1);

    expect(each.state()).toBe('open');
    expect(each.allows()).toBe(false);
    expect(opened()).toBe(1);
  });

  it('lets one request through when its time is over, which closes or opens it', async () => {
    const { circuit: each, clock, fail } = circuit();
    fail(3);
    await clock.advance(1000);
    expect(each.state()).toBe('half-open');

    const trial = each.enter();
    expect(each.allows()).toBe(false);
    trial.end('fault');
    expect(each.state()).toBe('open');
    // Twice as long, since it follows at once.
    await clock.advance(1999);
    expect(each.allows()).toBe(false);
    await clock.advance(1);
    each.enter().end('success');
    expect(each.state()).toBe('closed');
  });

  it('waits no longer than the most there is', async () => {
    const { circuit: each, clock, fail } = circuit();
    fail(3);
    for (const waitMs of [1000, 2000, 3000, 3000]) {
      await clock.advance(waitMs);
      expect(each.state()).toBe('half-open');
      each.enter().end('fault');
    }
  });

  it('closes with the first content of the trial, on probation', async () => {
    const { circuit: each, clock, fail } = circuit();
    fail(3);
    await clock.advance(1000);
    const trial = each.enter();
    trial.answered();
    expect(each.allows()).toBe(true);
    trial.end('fault');

    expect(each.state()).toBe('open');
  });

  it('is not freed twice, nor held by a client that left its trial', async () => {
    const { circuit: each, clock, fail } = circuit();
    fail(3);
    await clock.advance(1000);
    const trial = each.enter();
    trial.end('neutral');
    trial.end('fault');

    expect(each.state()).toBe('half-open');
    expect(each.allows()).toBe(true);
  });

  it('is not moved by what was sent before it opened', async () => {
    const { circuit: each, clock, fail } = circuit();
    const early = each.enter();
    const late = each.enter();
    fail(3);
    early.end('success');
    expect(each.state()).toBe('open');
    await clock.advance(1000);
    late.end('fault');

    expect(each.state()).toBe('half-open');
  });

  it('stays closed while too many others are open', () => {
    let may = false;
    const { circuit: each, fail } = circuit({ mayOpen: () => may });
    fail(10);
    expect(each.state()).toBe('closed');
    may = true;
    fail(1);

    expect(each.state()).toBe('open');
  });
});
