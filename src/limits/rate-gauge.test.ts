import { describe, expect, it } from 'vitest';
import { RateGauge, rateLimit } from './rate-gauge.ts';

function gaugeAt(start: number) {
  const time = { now: start };
  return { time, gauge: new RateGauge(() => time.now) };
}

describe('a rate', () => {
  it('holds `burst` minutes of itself, and one at least', () => {
    expect(rateLimit(100, 1)).toEqual({ perMinute: 100, most: 100 });
    expect(rateLimit(100, 0.29)).toEqual({ perMinute: 100, most: 29 });
    expect(rateLimit(10, 0.01)).toEqual({ perMinute: 10, most: 1 });
    expect(rateLimit(0, 5)).toEqual({ perMinute: 0, most: 0 });
  });

  it('says to the millisecond when there is room, and there is none before', () => {
    const limit = rateLimit(7, 1);
    const { time, gauge } = gaugeAt(1_000_000.7);
    gauge.hold(7).settle(7);

    const wait = gauge.waitFor(1, limit);

    // A seventh of a minute is 8571.43 ms.
    expect(wait).toBe(8572);
    time.now += 8571;
    expect(gauge.waitFor(1, limit)).toBe(1);
    time.now += 1;
    expect(gauge.waitFor(1, limit)).toBe(0);
  });

  it('does not drift: a million small refills are worth what one is', () => {
    const limit = rateLimit(7, 1000);
    const { time, gauge } = gaugeAt(0);
    expect(gauge.waitFor(7000, limit)).toBe(0);
    gauge.hold(7000).settle(7000);
    for (let ms = 0; ms < 1_000_000; ms++) {
      time.now++;
      gauge.remaining(limit);
    }

    // 7 × 1,000,000 / 60,000 = 116.67
    expect(gauge.remaining(limit)).toBe(116);
    expect(gauge.waitFor(117, limit)).toBe(2858);
  });

  it('brings nothing back of what is held', () => {
    const limit = rateLimit(60, 1);
    const { time, gauge } = gaugeAt(0);
    const hold = gauge.hold(40);

    time.now += 3_600_000;

    expect(gauge.remaining(limit)).toBe(20);
    expect(gauge.waitFor(30, limit)).toBe('later');
    hold.lower(10);
    expect(gauge.remaining(limit)).toBe(50);
    hold.settle(4);
    expect(gauge.remaining(limit)).toBe(56);
  });

  it('carries over what was used beyond what was held', () => {
    const limit = rateLimit(60, 1);
    const { time, gauge } = gaugeAt(0);
    gauge.hold(10).settle(90);

    expect(gauge.remaining(limit)).toBe(0);
    // 30 too much, and room for one.
    expect(gauge.waitFor(1, limit)).toBe(31_000);
    time.now += 90_000;
    expect(gauge.isUnused()).toBe(true);
  });

  it('never admits more than it ever holds, and is not troubled by enormous numbers', () => {
    const huge = rateLimit(Number.MAX_SAFE_INTEGER, 1440);
    const { time, gauge } = gaugeAt(0);

    expect(gauge.waitFor(6, rateLimit(5, 1))).toBe('never');
    expect(gauge.waitFor(Number.MAX_SAFE_INTEGER, huge)).toBe('never');
    gauge.hold(huge.most).settle(huge.most);
    time.now += 1;
    expect(gauge.remaining(huge)).toBe(huge.most);
  });

  it('follows a limit that is changed without forgetting what was used', () => {
    const { time, gauge } = gaugeAt(0);
    gauge.hold(60).settle(60);

    expect(gauge.remaining(rateLimit(60, 1))).toBe(0);
    expect(gauge.remaining(rateLimit(100, 1))).toBe(40);
    time.now += 30_000;
    // Half a minute of 100 came back.
    expect(gauge.remaining(rateLimit(100, 1))).toBe(90);
    expect(gauge.waitFor(1, rateLimit(10, 1))).toBe(6000);
  });
});
