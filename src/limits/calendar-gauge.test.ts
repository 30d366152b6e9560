import { describe, expect, it } from 'vitest';
import { CalendarGauge } from './calendar-gauge.ts';
import { Calendar } from './calendar.ts';

const at = (text: string) => Date.parse(text);
const limit = { most: 100, perMinute: 0 };

describe('a budget of a day', () => {
  it('begins anew at midnight in UTC, and says how long that is', () => {
    const time = { now: at('2026-03-01T23:59:00Z') };
    const gauge = new CalendarGauge('day', new Calendar(() => time.now));
    gauge.hold(100).settle(100);

    expect(gauge.waitFor(1, limit)).toBe(60_000);
    time.now += 59_999;
    expect(gauge.remaining(limit)).toBe(0);
    time.now += 1;
    expect(gauge.remaining(limit)).toBe(100);
    expect(gauge.waitFor(100, limit)).toBe(0);
  });

  it('counts a request for the day in which it was admitted', () => {
    const time = { now: at('2026-03-01T23:59:00Z') };
    const gauge = new CalendarGauge('day', new Calendar(() => time.now));
    const hold = gauge.hold(80);
    time.now = at('2026-03-02T00:01:00Z');

    hold.settle(70);

    expect(gauge.remaining(limit)).toBe(100);
  });

  it('goes on where it was when the clock jumps away and comes back', () => {
    const time = { now: at('2026-03-01T12:00:00Z') };
    const gauge = new CalendarGauge('day', new Calendar(() => time.now));
    gauge.hold(60).settle(60);

    time.now = at('2036-03-01T12:00:00Z');
    expect(gauge.remaining(limit)).toBe(100);
    time.now = at('2026-03-01T12:00:01Z');
    expect(gauge.remaining(limit)).toBe(40);
  });

  it('tells what is spent from what is only held', () => {
    const gauge = new CalendarGauge('day', new Calendar(() => at('2026-03-01T12:00:00Z')));
    const hold = gauge.hold(100);

    expect(gauge.waitFor(1, limit)).toBe('later');
    hold.settle(100);
    expect(gauge.waitFor(1, limit)).toBe(12 * 3_600_000);
    expect(gauge.waitFor(101, limit)).toBe('never');
  });

  it('counts what was used before, if it was the same day', () => {
    const gauge = new CalendarGauge('day', new Calendar(() => at('2026-03-01T12:00:00Z')));

    gauge.restore(30, at('2026-03-01T00:00:00Z'));
    gauge.restore(50, at('2026-02-28T23:59:59Z'));

    expect(gauge.remaining(limit)).toBe(70);
  });
});

it('a month is as long as it is', () => {
  const time = { now: at('2028-02-29T23:59:59Z') };
  const gauge = new CalendarGauge('month', new Calendar(() => time.now));
  gauge.hold(100).settle(100);

  expect(gauge.waitFor(1, limit)).toBe(1000);
  expect(gauge.resetMs()).toBe(1000);
  time.now += 1000;
  expect(gauge.resetMs()).toBe(31 * 86_400_000);
});
